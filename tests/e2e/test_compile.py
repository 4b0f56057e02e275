"""The compile step is reported apart from the run, has limits of its own, and can be stopped."""

import pytest

from support import procs
from support.languages import CPP, C, payload
from support.wait import wait_until

BROKEN = {"c": "int main(void) { return undeclared; }", "cpp": "int main() { return undeclared; }"}
# Takes the compiler far longer than any limit of these tests.
SLOW_CPP = payload("slow_compile.cpp")


@pytest.mark.parametrize("language", [C, CPP], ids=["c", "cpp"])
def test_compile_is_reported_apart(client, language):
    run = client.run(language.id, language.hello)
    report = run["compile"]
    assert set(report) == {"exit_code", "stdout", "stderr", "ms", "cached"}
    assert report["exit_code"] == 0 and report["cached"] in (False, True)
    if not report["cached"]:
        assert report["ms"] > 0 and run["timing"]["compile_ms"] > 0
    assert run["timing"]["run_ms"] < run["timing"]["total_ms"]


@pytest.mark.parametrize("language", ["c", "cpp"])
def test_compile_error(client, language):
    run = client.run(language, BROKEN[language])
    assert (run["status"], run["cause"], run["phase"]) == (
        "compile_failed",
        "compile_error",
        "compile",
    )
    assert run["compile"]["exit_code"] == 1
    assert "undeclared" in run["compile"]["stderr"] and "error" in run["compile"]["stderr"]
    assert (run["stdout"], run["stderr"], run["exit_code"], run["signal"]) == ("", "", None, None)
    assert run["timing"]["run_ms"] == 0


def test_compile_error_in_a_stream(client):
    with client.stream("c", BROKEN["c"]) as stream:
        finished = stream.finish()
        assert finished["status"] == "compile_failed"
        report = next(event.data for event in stream.events if event.type == "compile")
        assert report == finished["compile"] and report["exit_code"] == 1
        assert "undeclared" in report["stderr"]


def test_warnings_do_not_stop_the_run_and_are_shown(client):
    run = client.run("c", "int main(void) { int unused; return 0; }")
    assert (run["status"], run["compile"]["exit_code"]) == ("succeeded", 0)
    assert "unused" in run["compile"]["stderr"]


def test_what_the_compiler_said_is_not_cut_without_a_word(client):
    run = client.run("c", "foo;\n" * 20, limits={"output_bytes": 100})
    first, told = run["compile"]["stderr"][:-1].rsplit("\n", 1)
    assert len(first) <= 100 and "encoding" not in run["compile"]
    assert told == "leash: the compiler's stderr goes on; its first 100 bytes are here"


def test_a_character_of_the_compiler_is_not_cut_in_two(client):
    """Wherever in its text the limit is, what is kept of it is text."""
    for size in range(60, 68):
        run = client.run("c", "#error " + "€" * 40, limits={"output_bytes": size})
        assert "encoding" not in run["compile"], run
        assert "leash: the compiler's stderr goes on" in run["compile"]["stderr"]


def test_what_the_kernel_cannot_execute_ends_as_in_a_shell(client):
    """The compiler had no complaint, and nothing is wrong with the sandbox."""
    no_loader = """
const char loader[1] __attribute__((section(".interp"), used)) = {'x'};
int main(void) { return 0; }
"""
    run = client.run("c", no_loader)
    assert (run["status"], run["cause"], run["phase"]) == ("failed", "exit", "run"), run
    assert (run["exit_code"], run["compile"]["exit_code"]) == (126, 0), run
    assert run["stderr"] == "leash: what was compiled cannot be executed\n"


def test_compile_wall_limit(client):
    run = client.run("cpp", SLOW_CPP, compile_limits={"wall_ms": 300})
    assert (run["status"], run["cause"], run["phase"]) == ("timed_out", "wall_limit", "compile"), (
        run
    )
    assert run["timing"]["compile_ms"] >= 290 and run["timing"]["run_ms"] == 0


def test_compile_memory_limit(client):
    run = client.run("cpp", SLOW_CPP, compile_limits={"memory_bytes": 48 << 20})
    assert (run["status"], run["cause"], run["phase"]) == (
        "limit_exceeded",
        "memory_limit",
        "compile",
    ), run


def find_compilers(server):
    """The sandboxed compiler processes of this server."""
    return [p for p in server.tree() if p.sandboxed and p.argv and "cc1plus" in p.argv[0]]


def test_stop_while_compiling(server, client):
    run_id = client.start("cpp", SLOW_CPP)
    compilers = wait_until(lambda: find_compilers(server), "the compiler on the host")
    # The kernel has begun it; the server hears of it a moment later.
    wait_until(lambda: client.show(run_id)["phase"] == "compile", "the server to know")
    answer = client.stop(run_id)
    procs.assert_dead(compilers)
    assert answer["stopped"] is True and answer["proof"]["empty"] is True
    assert answer["proof"]["processes_killed"] >= 1
    run = client.show(run_id)
    assert (run["status"], run["cause"], run["phase"]) == ("cancelled", "stop", "compile")


def test_wall_limit_of_the_run_does_not_cover_compiling(client):
    """Compiling C++ with iostream takes longer than the 200 ms that the program gets."""
    code = '#include <iostream>\n#include <regex>\nint main() { std::cout << "fast\\n"; }'
    run = client.run("cpp", code, limits={"wall_ms": 200})
    assert (run["status"], run["stdout"]) == ("succeeded", "fast\n"), run
    assert run["compile"]["cached"] or run["compile"]["ms"] > 200, run["compile"]


def test_source_names_are_never_options_or_commands(client):
    for name in ("-o.c", "@list.c", "a;b.c", "$(id).c", "new\nline.c", "sp ace.c"):
        files = [{"path": name, "content": C.hello}]
        run = client.run("c", files=files, entry=name)
        assert (run["status"], run["stdout"]) == ("succeeded", "hello\n"), (name, run)


def test_error_flood_of_the_compiler_is_bounded(client):
    code = "int main(void) {\n" + "undeclared();\n" * 2000 + "}"
    run = client.run("c", code, limits={"output_bytes": 10000})
    assert run["status"] == "compile_failed"
    assert len(run["compile"]["stderr"]) <= 10000
