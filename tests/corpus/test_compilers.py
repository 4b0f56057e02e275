"""7.9, as far as it takes more than one file or a request of its own."""

from test_artifacts import build

from support.languages import C

FLAGS = ["flags", "compiler_flags", "options", "compile_options", "command", "linker", "user_arguments", "cflags"]


def test_148_flags_for_the_compiler_are_not_taken(arena):
    values = (["-fplugin=./x.so"], "-B/work -specs=x", "@file", "-o /etc/passwd", ["-Wl,-rpath,/"], ["-x", "none"])
    for field in FLAGS:
        for value in values:
            answer = arena.client.post("/v1/runs", {"language": "c", "code": C.hello, field: value})
            assert answer.status == 422 and answer.json()["field"] == field, answer


def test_148_arguments_are_the_programs(arena):
    """And not the compiler's, whatever they look like."""
    args = ["-o", "/tmp/x", "@main.c", "-fplugin=x", "--version", "-Wl,-x"]
    code = "#include <stdio.h>\nint main(int n, char **v) { for (int i = 1; i < n; i++) puts(v[i]); }"
    run = arena.client.run("c", code, args=args)
    assert run["stdout"].splitlines() == args, run


def test_148_variables_of_the_loader_are_not_taken(arena):
    for name in ("LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT"):
        body = {"language": "c", "code": C.hello, "env": {name: "/work/x.so"}}
        assert arena.client.post("/v1/runs", body).status == 422, name


def test_149_source_names_that_look_like_something_else(arena):
    """All of them are compiled; none is an option, a list of options, or a command."""
    names = ["-o", "@x", "a;b", "$(id>x)", "`id`", "new\nline", "-fplugin=x", "--help", "-", "a b", "|id", "-x", "*", "&"]
    files = [{"path": f"{n}.c", "content": f"int f{i}(void) {{ return {i}; }}"} for i, n in enumerate(names)]
    calls = " + ".join(f"f{i}()" for i in range(len(names)))
    declared = "".join(f"int f{i}(void);" for i in range(len(names)))
    main = f'#include <stdio.h>\n{declared}\nint main(void) {{ printf("%d\\n", {calls}); }}'
    files += [{"path": "main.c", "content": main}, {"path": "@x", "content": "-o /tmp/elsewhere"}]
    run = arena.client.run("c", files=files, entry="main.c")
    assert (run["status"], run["stdout"]) == ("succeeded", f"{sum(range(len(names)))}\n"), run
    # As the file to run, too, where that is the file and not an option of the interpreter.
    for language, content in (("bash", "echo ran"), ("python", "print('ran')")):
        for name in ("-c", "-", "--version", "-x.sh"):
            run = arena.client.run(language, files=[{"path": name, "content": content}], entry=name)
            assert run["stdout"] == "ran\n", (language, name, run)


def test_150_code_of_the_job_in_the_compile_step(arena):
    """It is a run like any other: its own user, nobody else in sight, no host, no network."""
    said = build(arena, "looks")["compile"]["stderr"].splitlines()
    facts = {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in said}
    for path in ("/etc/shadow", "/root", "/home", "/run"):
        assert facts[path] == "False", said
    assert (facts["NoNewPrivs"], facts["Seccomp"], facts["CapEff"]) == ("1", "2", "0" * 16), said
    assert int(facts["uid"]) > 0 and "ConnectionRefusedError" in said, said


def test_150_what_the_compile_step_starts_ends_with_it(arena):
    """Twenty daemons of it, which write to the program: dead before it is collected."""
    run = build(arena, "outlives")
    assert run["cause"] in ("exit", "compile_error"), run
    if run["cause"] == "exit":
        assert run["usage"]["peak_tasks"] <= 3, "a daemon of the compile step in the run"


def test_146_a_compile_step_that_prints_for_ever(arena):
    """Of gigabytes a second only the beginning is held, whatever the run may print."""
    run = build(arena, "floods", limits={"output_bytes": 4 << 30}, compile_limits={"wall_ms": 1500})
    assert (run["cause"], run["phase"]) == ("wall_limit", "compile"), run
    assert 0 < len(run["compile"]["stderr"]) <= 1 << 20


def test_151_two_jobs_with_the_same_source(arena):
    """Nothing of a compile step is kept for one that is told anything else; for the same, its product is."""
    files = [{"path": "main.c", "content": '#include "x.h"\n#include <stdio.h>\nint main(void) { puts(X); }'}]
    for text, before in (("one", False), ("two", False), ("one", True)):
        header = {"path": "x.h", "content": f'#define X "{text}"'}
        run = arena.client.run("c", files=[*files, header], entry="main.c")
        assert (run["stdout"], run["compile"]["cached"]) == (f"{text}\n", before), run
    poisoned = arena.client.run("c", files[0]["content"].replace("X)", '"mine")').replace('#include "x.h"\n', ""),
                                env={"CPATH": "/work"})  # fmt: skip
    assert poisoned["stdout"] == "mine\n"
