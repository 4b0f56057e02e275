"""Runs of runtimes that were started ahead of their job: the same as started ones, in a process that
nobody had before."""

import json
import os
import re
import signal
from collections import Counter

import pytest

from support import procs
from support.prestart import proc_file, run_ahead, wait_ahead, waiting
from support.server import Server
from support.wait import wait_until

MINE = {"MINE": "ü=1", "EMPTY": ""}
# What the runtime reads when it starts: such a job is started plainly.
COLD = {"node": {"NODE_NO_WARNINGS": "0"}, "csharp": {"MONO_LOG_LEVEL": "error"}, "java": {"JAVA_COLD": "1"}}

NODE_PROGRAMS = {
    "argv": "console.log(process.argv, process.argv0, process.execArgv, process.title, process.cwd())",
    "main": "console.log(require.main === module, module.id, module.parent, process.mainModule === module,"
    " module.paths, __filename, __dirname, Object.keys(require.cache))",
    "this": "console.log(this === exports, typeof require.resolve, arguments.length)",
    "module": "console.log(require('./lib/mod').name, require('./lib/mod').main)",
    "environment": "console.log(Object.entries(process.env)"
    ".filter(([name]) => !(name in {NODE_NO_WARNINGS: 1})))",
    "uncaught": "console.log('a'); function f() { throw new TypeError('x') }\nf()",
    "uncaught-later": "setTimeout(() => { throw new Error('late') }, 5)",
    "throws-value": "throw {a: 1}",
    "stack": "console.log(new Error('here').stack)",
    "syntax": "let a = ;",
    "no-module": "require('./no-such')",
    "rejection": "Promise.reject(new Error('lost'))",
    "exit": "console.log('a'); process.exit(7)",
    "exit-code": "process.exitCode = 9; console.log('b')",
    "on-exit": "process.on('exit', code => console.log('bye', code))",
    "abort": "process.abort()",
    "stdin": "process.stdin.on('data', d => console.log('got', String(d))).on('end', () => console.log('end'))",
    "stdin-sync": "console.log(require('fs').readFileSync(0, 'utf8'), process.stdin.isTTY)",
    "readline": "require('readline').createInterface({input: process.stdin})"
    ".on('line', l => console.log('<' + l + '>'))",
    "timers": "const t = Date.now(); const late = () => console.log('late', Date.now() - t > 90);"
    " setImmediate(() => { console.log('soon'); setTimeout(late, 100) });"
    " process.nextTick(() => console.log('first'))",
    "interval": "let n = 0; const t = Date.now();"
    " const i = setInterval(() => { if (++n === 3) { clearInterval(i); console.log(Date.now() - t > 55) } }, 20)",
    "big-output": "process.stdout.write('x'.repeat(300000)); console.error('e')",
    "write-sync": "require('fs').writeSync(1, 'y'.repeat(200000)); console.log(1)",
    "import": "import('fs').then(fs => console.log(typeof fs.readFileSync))",
    "child": "const {execFileSync} = require('child_process');"
    " console.log(String(execFileSync(process.execPath,"
    " ['-p', 'process.env.NODE_OPTIONS + process.execArgv.length + process.argv.length'])))",
    "fork": "if (process.argv[2] === 'child') process.send(process.execArgv);"
    " else require('child_process').fork(__filename, ['child']).on('message', m => console.log(m))",
    "worker": "const w = require('worker_threads');"
    " if (w.isMainThread) new w.Worker(__filename).on('message', m => console.log(m));"
    " else w.parentPort.postMessage([Object.keys(require.cache), process.execArgv, process.env.MINE])",
    "listeners": "console.log(process.eventNames().map(String),"
    " process._getActiveHandles().length, process._getActiveRequests().length)",
    "globals": "console.log(Object.getOwnPropertyNames(globalThis).join())",
    "module-properties": "const M = require('module'); console.log(Object.keys(M), "
    "Object.getOwnPropertyDescriptor(M, 'runMain'), Object.keys(M._pathCache), RegExp.$1, RegExp.lastMatch)",
    "resolve": "console.log(require.resolve.paths('x'), require.resolve('./lib/mod'))",
    "cwd-package": "console.log(require('own-package'))",
}
NODE_ENTRIES = {
    "esm": ("main.mjs", "import fs, {readFileSync} from 'fs'; import mod from './lib/mod.js';\n"
            "console.log(import.meta.url, process.argv, typeof require, readFileSync === fs.readFileSync, mod.name);\n"
            "await null; console.log('after')"),
    "esm-throws": ("main.mjs", "await null;\nthrow new RangeError('x')"),
    "other-name": ("lib/other.js", "console.log(__filename, require.main === module, process.argv)"),
    "cjs": ("a b.cjs", "console.log(__filename, require.main === module)"),
}
CSHARP_PROGRAMS = {
    "arguments": 'Console.WriteLine(string.Join("|", args) + string.Join("|", Environment.GetCommandLineArgs()));',
    "environment": "var all = new List<string>(); foreach (System.Collections.DictionaryEntry e in"
    ' Environment.GetEnvironmentVariables()) all.Add(e.Key + "=" + e.Value); all.Sort();'
    ' Console.WriteLine(string.Join(",", all.Where(v => !v.StartsWith("MONO_"))));',
    "stdin": 'Console.WriteLine(Console.ReadLine() + "," + Console.In.ReadToEnd());',
    "exit": "Environment.Exit(7);",
    "exit-code": "Environment.ExitCode = 9;",
    "throws": 'throw new InvalidOperationException("x");',
    "task": 'System.Threading.Tasks.Task.Run(() => Console.WriteLine("in")).Wait();',
    "folder": "Console.WriteLine(Environment.CurrentDirectory + string.Join(\",\","
    ' System.IO.Directory.GetFiles("/tmp")));',
    "culture": "Console.WriteLine(System.Globalization.CultureInfo.CurrentCulture.Name + 1.5);",
    "stack": "Console.WriteLine(System.Text.RegularExpressions.Regex.Replace(Environment.StackTrace, \"<.*>\", \"\"));",
    "names": "int n = 1; Func<int> f = () => n; var a = new { X = f() }; var q = from i in new[] { 1 } select new { i };"
    ' Console.WriteLine(string.Join(",", typeof(P).Assembly.GetTypes().Select(t => t.FullName)) + a + q.First());',
}
CSHARP_SHELL = (
    "using System; using System.Collections.Generic; using System.Linq;\n"
    "class P { static void Main(string[] args) {\n%s\n} }\n"
)
CSHARP_ERRORS = {
    "undeclared": "int a = b;",
    "warning": "int unused = 1; Console.WriteLine(2);",
    "several": "string s = 1; foreach (var x in 5) {} undefined();",
    "syntax": "int a = ;",
}
JAVA_PROGRAMS = {
    "environment": "var all = new TreeMap<>(System.getenv()); all.remove(\"JAVA_COLD\"); System.out.println(all);",
    "properties": "var all = new TreeMap<>(System.getProperties()); System.out.println(all);",
    "arguments": "System.out.println(args.length + ProcessHandle.current().info().commandLine().get());",
    "files": 'System.out.println(Arrays.toString(new java.io.File("/tmp").list()) + System.getProperty("user.dir"));',
    "stdin": "var in = new Scanner(System.in); System.out.println(in.nextLine() + in.nextLine());",
    "exit": "System.exit(7);",
    "halt": 'System.out.print("no line"); Runtime.getRuntime().halt(9);',
    "hook": 'Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("bye"))); System.out.println("a");',
    "throws": 'throw new IllegalStateException("x", new RuntimeException("in"));',
    "throws-error": "throw new Error();",
    "exit-value": "int[] none = {}; System.out.println(none[args.length]);",
    "stack": "new Exception().printStackTrace(); List<?> all = StackWalker.getInstance().walk(s -> s.toList()); System.out.println(all);",
    "deep": "try { deep(); } catch (StackOverflowError e) { System.out.println(depth > 20000); }",
    "thread": 'new Thread(() -> { throw new RuntimeException("in thread"); }).start();',
    "daemon": "var t = new Thread(() -> { while (true) { } }); t.setDaemon(true); t.start();",
    "goes-on": "new Thread(() -> { try { Thread.sleep(50); } catch (Exception e) { } System.out.println(1); }).start();",
    "names": "var t = Thread.currentThread(); System.out.println(t + \" \" + t.getContextClassLoader().getClass()"
    " + Main.class.getClassLoader().getParent().getClass() + Main.class.getProtectionDomain().getCodeSource().getLocation());",
    "other-classes": 'for (var name : List.of("Rehearsal", "Compile")) try { Class.forName(name); } '
    "catch (ClassNotFoundException e) { System.out.println(e); }",
    "resource": 'System.out.println(Main.class.getResource("/Main.class"));',
    "locale": "System.out.println(Locale.getDefault() + TimeZone.getDefault().getID() + java.nio.charset.Charset.defaultCharset());",
    "child": 'System.out.print(new String(new ProcessBuilder("/usr/bin/env").start().getInputStream().readAllBytes())'
    '.lines().filter(l -> !l.startsWith("JAVA_COLD")).sorted().toList());',
    "compile": "System.out.println(javax.tools.ToolProvider.getSystemJavaCompiler() != null);",
    "print": 'System.out.printf("%s %.2f%n", "é✓", 1.5); System.err.println("ü"); System.out.print("no line");',
}
JAVA_SHELL = (
    "import java.util.*;\npublic class Main {\n  static int depth;\n  static void deep() { ++depth; deep(); }\n"
    "  public static void main(String[] args) throws Exception {\n%s\n  }\n}\n"
)
JAVA_ERRORS = {
    "undeclared": JAVA_SHELL % "int a = b;",
    "syntax": JAVA_SHELL % "int a = ;",
    "warning": JAVA_SHELL % "List<String> all = new ArrayList(); new Date(1, 2, 3); System.out.println(2);",
    "no-main": "class A { static int main() { return 1; } }",
    "nothing": "// no class at all",
    "any-name": "package deep.down; public class B { public static void main(String[] a) { System.out.println(B.class); } }",
    "second": "class A { }\nclass B { public static void main(String[] a) { System.out.println(a.length); } }",
    "two-mains": "class Z { public static void main(String[] a) { System.out.println(1); } }\n"
    "class A { public static void main(String[] a) { System.out.println(2); } }",
}
FILES = [
    {"path": "lib/mod.js", "content": "exports.name = 'mod'; exports.main = require.main.filename"},
    {"path": "node_modules/own-package/index.js", "content": "module.exports = 'own'"},
]


def outcome(run):
    kept = {key: run[key] for key in ("status", "cause", "exit_code", "signal", "stdout", "stderr")}
    kept["compile"] = {key: (run["compile"] or {}).get(key) for key in ("exit_code", "stdout", "stderr")}
    # Line feeds of time and of identity: module ids and addresses.
    return re.sub(r"0x[0-9a-f]{6,}|<[0-9a-f]{32}>", "…", json.dumps(kept))


@pytest.fixture(scope="module")
def ahead():
    """A server where all of them are kept ready, and a client of it."""
    with Server("--max-running", "8", config={"drain_ms": 500}) as server:
        client = server.client()
        for _ in range(2):
            client.run("node", "1")
            client.run("csharp", CSHARP_SHELL % "")
            client.run("java", JAVA_SHELL % f"// {_}")
        yield server, client
        client.stop_everything()


def compare(ahead, language, env=None, what=None, **fields):
    server, client = ahead
    common = {"stdin": "one\ntwo", **fields}
    warm, _ = run_ahead(server, client, language, what=what, env=MINE, **common)
    started = client.run(language, env={**MINE, **COLD[language]}, **common)
    assert outcome(warm) == outcome(started)


@pytest.mark.parametrize("name", NODE_PROGRAMS)
def test_node_started_ahead_is_the_same_as_started_then(ahead, name):
    compare(ahead, "node", files=[{"path": "main.js", "content": NODE_PROGRAMS[name]}, *FILES])


@pytest.mark.parametrize("name", NODE_ENTRIES)
def test_any_entry_file_of_node(ahead, name):
    path, code = NODE_ENTRIES[name]
    compare(ahead, "node", files=[{"path": path, "content": code}, *FILES], entry=path)


def test_a_package_file_of_the_job_is_obeyed(ahead):
    files = [
        {"path": "main.js", "content": "console.log(typeof require, import.meta.url)"},
        {"path": "package.json", "content": '{"type": "module"}'},
    ]
    compare(ahead, "node", files=files)


@pytest.mark.parametrize("name", CSHARP_PROGRAMS)
def test_csharp_started_ahead_is_the_same_as_started_then(ahead, name):
    compare(ahead, "csharp", code=CSHARP_SHELL % CSHARP_PROGRAMS[name])


@pytest.mark.parametrize("name", CSHARP_ERRORS)
def test_a_compiler_started_ahead_says_the_same(ahead, name):
    compare(ahead, "csharp", code=CSHARP_SHELL % CSHARP_ERRORS[name], what="csharp-compiler")


@pytest.mark.parametrize("name", JAVA_PROGRAMS)
def test_java_started_ahead_is_the_same_as_started_then(ahead, name):
    compare(ahead, "java", code=JAVA_SHELL % JAVA_PROGRAMS[name])


@pytest.mark.parametrize("name", JAVA_ERRORS)
def test_a_java_compiler_started_ahead_does_the_same(ahead, name):
    compare(ahead, "java", code=JAVA_ERRORS[name], what="java-compiler")


def test_a_java_compiler_maps_the_classes_of_its_archive(ahead):
    server, _ = ahead
    (process,) = wait_ahead(server, "java-compiler")
    assert "/opt/leash/precompiled/java/compiler.jsa" in proc_file(process.pid, "maps")


def test_no_descriptor_is_left_of_the_waiting(ahead):
    server, client = ahead
    code = (
        "const fs = require('fs'); console.log(JSON.stringify([fs.readdirSync('/proc/self/fd').map(fd => {"
        " try { return fs.readlinkSync('/proc/self/fd/' + fd).split(':')[0] } catch { return 'gone' } }),"
        " fs.readFileSync('/proc/self/status', 'utf8').split('\\n')"
        ".filter(l => /^(Cap|NoNewPrivs|Seccomp:)/.test(l))]))"
    )
    warm, _ = run_ahead(server, client, "node", code)
    started = client.run("node", code, env=COLD["node"])
    (fds, status), (usual, _) = json.loads(warm["stdout"]), json.loads(started["stdout"])
    assert Counter(fds) == Counter(usual)
    assert "socket" not in fds
    assert all(int(line.split()[1], 16) == 0 for line in status if line.startswith("Cap")), status
    assert "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status


def test_each_process_is_used_once_and_shares_nothing(ahead):
    server, client = ahead
    code = (
        "console.log(Math.random(), require('crypto').randomUUID(), globalThis.mine, Array.prototype.mine,"
        " require('fs').existsSync('/tmp/mine'), require('fs').mine);"
        "globalThis.mine = Array.prototype.mine = require('fs').mine = 1; require('fs').writeFileSync('/tmp/mine', '')"
    )
    runs = [run_ahead(server, client, "node", code) for _ in range(3)]
    fields = list(zip(*(run["stdout"].split() for run, _ in runs), strict=True))
    assert [len(set(field)) for field in fields] == [3, 3, 1, 1, 1, 1], fields
    assert fields[2:] == [("undefined",) * 3] * 2 + [("false",) * 3, ("undefined",) * 3]
    assert len({process.pid for _, process in runs}) == 3
    procs.assert_dead([process for _, process in runs])


def test_what_node_reads_at_its_start_is_obeyed(ahead):
    _, client = ahead
    code = "console.log(process.execArgv.length, new Date(0).getHours(), v8.getHeapStatistics().heap_size_limit >> 20)"
    code = "const v8 = require('v8'); " + code
    run = client.run("node", code, env={"TZ": "Asia/Tokyo", "NODE_OPTIONS": "--max-old-space-size=40"})
    hours, limit = run["stdout"].split()[1:]
    assert hours == "9" and int(limit) < 100, run


def test_a_handler_of_sigterm_is_given_its_grace(ahead):
    server, client = ahead
    (process,) = wait_ahead(server, "node")
    code = "process.on('SIGTERM', () => { console.log('bye'); process.exit(3) }); setInterval(() => {}, 1e6); console.log('up')"
    run_id = client.start("node", code)
    wait_until(lambda: "up" in client.show(run_id)["stdout"], "its first line")
    assert process.identity in {p.identity for p in server.tree()}  # the very process is the program
    client.stop(run_id, grace_ms=10000)
    run = client.finished(run_id)
    assert (run["stdout"], run["status"]) == ("up\nbye\n", "cancelled")
    procs.assert_dead([process])


@pytest.mark.parametrize(
    ("language", "code"),
    [("node", "while (true) {}"), ("csharp", CSHARP_SHELL % "while (true) {}"), ("java", JAVA_SHELL % "while (true) {}")],
    ids=["node", "csharp", "java"],
)
def test_an_endless_loop_is_stopped_and_gone(ahead, language, code):
    server, client = ahead
    (process, *_) = wait_ahead(server, language)
    run_id = client.start(language, code)
    wait_until(lambda: client.show(run_id)["state"] == "running" and process not in waiting(server, language), "the loop")
    client.stop(run_id)
    assert client.finished(run_id)["status"] == "cancelled"
    procs.assert_dead([process])


def test_the_clocks_begin_with_the_job(ahead):
    server, client = ahead
    wait_ahead(server, "node")
    run, _ = run_ahead(server, client, "node", "while (true) {}", limits={"wall_ms": 700})
    assert run["cause"] == "wall_limit"
    assert 600 <= run["timing"]["run_ms"] < 10000


def test_a_run_with_arguments_is_started_plainly(ahead):
    """Whoever looks at the processes sees its command line."""
    server, client = ahead
    (process,) = wait_ahead(server, "node")
    code = "console.log(process.argv.slice(2), require('fs').readFileSync('/proc/self/cmdline', 'latin1').split('\\0')[2])"
    assert client.run("node", code, args=["a b", ""])["stdout"] == "[ 'a b', '' ] a b\n"
    assert [waits.pid for waits in waiting(server, "node")] == [process.pid]


def test_a_run_with_little_memory_is_started_plainly(ahead):
    server, client = ahead
    (process,) = wait_ahead(server, "node")
    run = client.run("node", "console.log(1)", limits={"memory_bytes": 100 << 20})
    assert run["stdout"] == "1\n"
    assert [waits.pid for waits in waiting(server, "node")] == [process.pid]


def test_a_run_with_few_tasks_is_started_plainly(ahead):
    """The waiting process has more threads than that already."""
    server, client = ahead
    (process,) = wait_ahead(server, "java")
    run = client.run("java", JAVA_SHELL % "System.out.println(1);", limits={"tasks": 2})
    assert run["usage"]["peak_tasks"] <= 2
    assert [waits.pid for waits in waiting(server, "java")] == [process.pid]


def test_one_that_dies_waiting_is_replaced_and_no_run_fails(ahead):
    server, client = ahead
    (process,) = wait_ahead(server, "node")
    os.kill(process.pid, signal.SIGKILL)
    assert client.run("node", "console.log(1)")["stdout"] == "1\n"
    wait_until(lambda: waiting(server, "node"), "another one")
    run, other = run_ahead(server, client, "node", "console.log(2)")
    assert run["stdout"] == "2\n" and other.pid != process.pid


def test_nothing_waits_before_a_language_is_used_and_nothing_is_left(own_server):
    server = own_server()
    client = server.client()
    assert client.run("node", "console.log(1)")["stdout"] == "1\n"
    wait_ahead(server, "node")
    assert waiting(server, "csharp") == []
    server.stop()  # checks that no process is left


def test_where_it_fails_again_and_again_programs_are_started_plainly(own_server, tmp_path):
    """Each one is killed as soon as it waits, three times: then there is no other."""
    server = own_server()
    client = server.client()
    client.run("node", "1")
    for _ in range(3):
        (process,) = wait_ahead(server, "node")
        os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: "node: its processes that are started ahead fail" in server.log_text(), "the message")
    assert client.run("node", "console.log(1)")["stdout"] == "1\n"
    assert client.run("node", "console.log(1)")["stdout"] == "1\n"
    assert waiting(server, "node") == []
