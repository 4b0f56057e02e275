"""Unit tests of lint.py: each rule is shown what it must find and what it must leave alone."""

from pathlib import Path

import lint
import pytest
from source_text import calls, code_only, split_arguments


def found(rule, path, text):
    """Lines on which `rule` complains."""
    return [line for name, line, _ in lint.check_file(Path(path), text) if name == rule]


BAD = [
    ("shell", "src/run/a.cc", 'int x = system("ls");'),
    ("shell", "src/run/a.cc", "FILE* f = ::popen(cmd, mode);"),
    ("shell", "src/run/a.cc", 'run({"/bin/sh", "-c", text});'),
    ("remove_all", "src/run/a.cc", "std::filesystem::remove_all(path);"),
    ("remove_all", "src/run/a.cc", "fs::remove_all(path);"),
    ("kill", "src/run/a.cc", "::kill(pid_, SIGKILL);"),
    ("kill", "src/run/a.cc", "if (kill(pid, 0) == 0) return;"),
    ("kill", "src/run/a.cc", "return killpg(group, SIGTERM);"),
    ("fork", "src/run/a.cc", "pid_t child = fork();"),
    ("fork", "src/run/a.cc", "return ::vfork();"),
    ("chown", "src/run/a.cc", "::chown(path, uid, gid);"),
    ("cloexec", "src/run/a.cc", "int fd = ::open(path, O_RDONLY);"),
    ("cloexec", "src/run/a.cc", "UniqueFd fd(::openat(folder,\n name, O_RDONLY));"),
    ("cloexec", "src/run/a.cc", "::pipe(fds);"),
    ("cloexec", "src/run/a.cc", "const int copy = dup(fd);"),
    ("cloexec", "src/run/a.cc", "::socket(AF_UNIX, SOCK_STREAM, 0);"),
    ("cloexec", "src/run/a.cc", 'FILE* f = fopen(path, "r");'),
    ("sleep", "tests/corpus/test_a.py", "import time\ntime.sleep(60)\n"),
    ("sleep", "src/run/a.cc", "std::this_thread::sleep_for(1ms);"),
    ("sleep", "src/run/a_test.cc", "usleep(10);"),
    ("sleep", "tests/e2e/test_a.py", "import time\ntime.sleep(1)\n"),
    ("sleep", "tests/browser/a.test.js", "await page.waitForTimeout(100);"),
    ("length", "src/run/a.cc", "\n" * 401),
    ("words", "docs/a.md", "see /work" + "/main/x"),
    ("words", "docs/a.md", "from registry.npmjs" + ".org"),
]

GOOD = [
    ("shell", "src/run/a.cc", '// system("ls") is what others do\nauto s = "system(x)";'),
    ("shell", "src/run/a.cc", "boost::system::result<int> r = ec.system();"),
    ("remove_all", "src/run/a_test.cc", "std::filesystem::remove_all(own_folder);"),
    ("kill", "src/run/a.cc", "slot.kill(reason, now); process->kill(a, b); Slot::kill(a, b);"),
    ("kill", "src/run/a.h", "Result<void> kill(Cause cause, int signal);"),
    ("kill", "src/run/a.cc", "void Slot::kill(Cause cause, int signal) {}"),
    ("fork", "src/run/a_test.cc", "if (fork() == 0) _exit(0);"),
    ("chown", "src/run/a.cc", "::fchown(fd, uid, gid);"),
    ("cloexec", "src/run/a.cc", "int fd = ::open(path, O_RDONLY | O_CLOEXEC);"),
    ("cloexec", "src/run/a.cc", "UniqueFd fd(::openat(folder,\n name,\n O_CLOEXEC | O_PATH));"),
    ("cloexec", "src/run/a.h", "static Result<File> open(DirFd folder, std::string_view name);"),
    ("cloexec", "src/run/a.cc", "stream.open(path); File::open(path, mode);"),
    ("cloexec", "src/sandbox/child/a.cc", "int fd = open(path, O_RDONLY);"),
    ("cloexec", "src/run/a.cc", 'FILE* f = fopen(path, "re");'),
    ("cloexec", "src/run/a.cc", "auto run = co_await open(std::move(server), {});"),
    ("cloexec", "src/run/a.cc", "Impl(Socket s) : socket(std::move(s)), server(where) {}"),
    ("kill", "src/run/testing/a.cc", "kill(pid_, SIGKILL);"),
    ("sleep", "tests/e2e/test_a.py", 'run(code="import time; time.sleep(60)")\n'),
    ("sleep", "tests/payloads/a.py", "import time\ntime.sleep(60)\n"),
    ("sleep", "tests/corpus/001-a.py", "import time\ntime.sleep(60)\n"),
    ("sleep", "src/run/a_test.cc", 'auto code = R"(sleep(60))";'),
    ("length", "src/run/a.cc", "\n" * 400),
    ("length", "web/package-lock.json", "\n" * 4000),
    ("words", "src/sandbox/a.cc", 'constexpr auto kHome = "/work/";'),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_the_rule_finds_it(rule, path, text):
    assert len(found(rule, path, text)) == 1


@pytest.mark.parametrize(("rule", "path", "text"), GOOD)
def test_the_rule_leaves_it_alone(rule, path, text):
    assert found(rule, path, text) == []


def test_every_rule_has_a_case_of_both_kinds():
    assert {case[0] for case in BAD} == set(lint.RULES) == {case[0] for case in GOOD}


def test_lines_are_counted_through_comments_and_raw_strings():
    text = '/* one\ntwo */ auto s = R"x(\n)" \n)x"; // three\nfork();\n'
    assert [line for line, _ in calls(code_only(text), "fork")] == [5]


def test_digit_separators_are_no_characters():
    assert "fork" in code_only("int x = 1'000'000; fork(); char c = 'x';")


def test_arguments_are_split_at_their_own_commas():
    assert split_arguments("f(a, b), {c, d}, e") == ["f(a, b)", "{c, d}", "e"]


def test_an_exception_needs_a_reason():
    with pytest.raises(SystemExit):
        lint.read_allowed("sleep src/a.cc\n")


def test_an_exception_that_nothing_needs_is_a_complaint(tmp_path, monkeypatch):
    (tmp_path / "a.cc").write_text("\n")
    monkeypatch.setattr(lint.source_text, "repository_files", lambda root: [Path("a.cc")])
    complaints = lint.check(tmp_path, {("sleep", "a.cc"): "once needed"})
    assert complaints == ["tools/lint_allow.txt: sleep a.cc: nothing needs this exception"]
