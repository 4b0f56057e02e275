"""A program that was compiled before is run without its compiler, and nobody can tell otherwise but by
`cached`; nothing that a run or another tenant does reaches it."""

import re
import threading
import time

import pytest

from support.languages import CPP, C
from support.server import Server
from support.tokens import Tokens
from support.wait import wait_until

NAMES = {"c": "main.c", "cpp": "main.cpp"}


def unique(text):
    """C source that nobody has compiled before."""
    return f"// {time.monotonic_ns()}\n{text}"


def hello(text="hello"):
    return unique(f'#include <stdio.h>\nint main(void) {{ int unused; puts("{text}"); return 3; }}')


def cached(run):
    assert run["compile"]["exit_code"] == 0, run
    return run["compile"]["cached"]


@pytest.mark.parametrize("language", [C, CPP], ids=["c", "cpp"])
def test_the_second_time_it_is_not_compiled(client, language):
    source = unique(language.hello)
    first, second = (client.run(language.id, source) for _ in range(2))
    assert [cached(first), cached(second)] == [False, True]
    assert second["compile"]["ms"] == second["timing"]["compile_ms"] == 0
    for field in ("status", "cause", "phase", "exit_code", "stdout", "stderr", "version"):
        assert first[field] == second[field], field


def test_what_the_compiler_said_is_said_again(client):
    source = hello()
    first, second = (client.run("c", source) for _ in range(2))
    assert cached(second) and second["exit_code"] == 3
    assert "unused" in second["compile"]["stderr"]
    assert second["compile"]["stderr"] == first["compile"]["stderr"]


def test_the_events_are_the_same(client):
    source, types = hello(), []
    for _ in range(2):
        with client.stream("c", source) as stream:
            finished = stream.finish()
            types.append([event.type for event in stream.events])
            report = next(event.data for event in stream.events if event.type == "compile")
            assert report == finished["compile"]
    assert report["cached"]
    assert types[0] == types[1] == ["queued", "started", "compile", "stdout", "finished"]


def test_arguments_input_and_limits_are_the_programs(client):
    source = unique(
        '#include <stdio.h>\nint main(int c, char **v) { char b[9] = ""; fgets(b, 9, stdin); printf("%s %s", v[1], b); }'
    )
    assert client.run("c", source, args=["a"], stdin="1")["stdout"] == "a 1"
    again = client.run("c", source, args=["b"], stdin="2", limits={"wall_ms": 5000, "tasks": 9})
    assert again["stdout"] == "b 2" and cached(again)


def test_whatever_the_compiler_sees_is_another_program(client):
    main = unique('#include <stdio.h>\n#include "x.h"\nint main(void) { puts(X); }')
    header = {"path": "x.h", "content": '#define X "one"'}

    def run(*files, entry="main.c", **fields):
        return client.run("c", files=list(files), entry=entry, **fields)

    first = {"path": "main.c", "content": main}
    assert not cached(run(first, header))
    assert cached(run(first, header))
    assert not cached(run(first, {**header, "content": '#define X "two"'}))
    assert not cached(run(first, {**header, "content": '#define X "one" '}))
    assert not cached(run(header, first))
    assert not cached(run(first, header, {"path": "other", "content": ""}))
    assert not cached(run({"path": "second.c", "content": main}, header, entry="second.c"))
    assert not cached(run(first, header, env={"CPATH": "/work"}))
    assert not cached(client.run("cpp", files=[{"path": "main.cpp", "content": main}, header], entry="main.cpp"))


@pytest.mark.parametrize("name", ["__DATE__", "__TIME__", "__TIMESTAMP__"])
def test_what_asks_for_the_time_is_compiled_again(client, name):
    source = unique(f"#include <stdio.h>\nint main(void) {{ puts({name}); }}")
    assert [cached(client.run("c", source)) for _ in range(2)] == [False, False]


def test_a_run_that_writes_over_its_program_changes_no_other(client):
    source = unique(
        "#include <stdio.h>\n#include <unistd.h>\n#include <sys/stat.h>\n"
        "int main(void) {\n"
        '  unlink("program");\n'
        '  FILE *f = fopen("program", "w");\n'
        '  int wrote = f && fputs("#!/bin/sh\\necho poisoned\\n", f) >= 0 && fclose(f) == 0;\n'
        '  chmod("program", 0755);\n'
        '  puts(wrote ? "wrote" : "did not"); }'
    )
    runs = [client.run("c", source) for _ in range(3)]
    assert [cached(run) for run in runs] == [False, True, True]
    assert [run["stdout"] for run in runs] == ["wrote\n"] * 3


def test_what_fails_is_not_kept(client):
    broken = unique("int main(void) { return undeclared; }")
    first, second = (client.run("c", broken) for _ in range(2))
    assert first["status"] == second["status"] == "compile_failed"
    assert not second["compile"]["cached"]
    assert first["compile"]["stderr"] == second["compile"]["stderr"]


def test_a_run_with_less_room_ends_as_if_it_had_been_compiled(client):
    source = unique("char room[3 << 20] = {1};\nint main(void) { return room[1]; }")
    assert client.run("c", source)["status"] == "succeeded"
    assert cached(client.run("c", source))
    small = client.run("c", source, limits={"disk_bytes": 1 << 20})
    assert (small["status"], small["compile"]["cached"]) == ("compile_failed", False), small
    assert "larger than disk_bytes" in small["compile"]["stderr"]


def test_a_report_that_was_cut_is_not_kept(client):
    source = hello()
    cut = client.run("c", source, limits={"output_bytes": 10})
    assert cut["compile"]["stderr"].startswith("./main.c: \nleash: ")
    whole = client.run("c", source)
    assert not cached(whole) and "unused" in whole["compile"]["stderr"]
    assert cached(client.run("c", source))
    again = client.run("c", source, limits={"output_bytes": 10})
    assert again["compile"]["stderr"] == cut["compile"]["stderr"] and not cached(again)


def test_a_stop_of_one_leaves_the_other_that_compiles_the_same(client):
    filler = "".join(f"int f{i}(int x) {{ return x * {i} + x % 7; }}\n" for i in range(800))
    source = unique(f"{filler}int main(void) {{ return 0; }}")
    stopped, other = (client.start("c", source, compile_limits={"wall_ms": 60000}) for _ in range(2))
    for run_id in (stopped, other):
        wait_until(lambda one=run_id: client.show(one)["phase"] == "compile", "the compiler")
    client.stop(stopped)
    assert client.finished(stopped)["status"] == "cancelled"
    wait_until(lambda: client.show(other)["state"] == "finished", "the other's end", seconds=90)
    finished = client.show(other)
    assert finished["status"] == "succeeded" and not cached(finished), finished
    assert cached(client.run("c", source))


def test_a_stop_of_a_cached_run(client):
    source = unique("#include <unistd.h>\nint main(void) { for (;;) pause(); }")
    for expected in (False, True):
        run_id = client.start("c", source)
        wait_until(lambda one=run_id: client.show(one)["phase"] == "run", "the program")
        answer = client.stop(run_id)
        assert answer["stopped"] and answer["proof"]["empty"] and answer["proof"]["processes_killed"] == 1
        assert cached(client.finished(run_id)) is expected


def test_nothing_is_shared_between_tenants(server, client):
    tokens = Tokens(server)
    one, two = tokens.add("cache-one"), tokens.add("cache-two")
    try:
        source = hello()
        assert [cached(tenant.run("c", source)) for tenant in (one, one)] == [False, True]
        assert not cached(two.run("c", source))
        assert not cached(client.run("c", source))
        assert all(cached(tenant.run("c", source)) for tenant in (one, two, client))
    finally:
        tokens.remove("cache-one")
        tokens.remove("cache-two")


def test_many_at_once_all_get_their_own(client):
    sources = [hello(f"number {i % 3}") for i in range(3)]
    runs = [None] * 12

    def run(i):
        runs[i] = client.run("c", sources[i % 3])

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(runs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [run["stdout"] for run in runs] == [f"number {i % 3}\n" for i in range(len(runs))]


def figure(client, name):
    return int(re.search(rf"^{name} (\d+)$", client.get("/metrics").text, re.MULTILINE)[1])


def test_its_size_is_bounded():
    limit = 128 << 10
    with Server("--compile-cache-bytes", str(limit)) as server:
        client = server.client()
        sources = [hello(i) for i in range(12)]
        for source in sources:
            assert not cached(client.run("c", source))
            assert figure(client, "leash_compile_cache_bytes") <= limit
        assert 0 < figure(client, "leash_compile_cache_entries") < len(sources)
        assert cached(client.run("c", sources[-1])), "the latest"
        assert not cached(client.run("c", sources[0])), "the oldest"
        assert 'leash_compiles_total{cached="true",language="c"} 1\n' in client.get("/metrics").text


def test_it_can_be_switched_off():
    with Server("--compile-cache-bytes", "0") as server:
        client = server.client()
        source = hello()
        assert [cached(client.run("c", source)) for _ in range(2)] == [False, False]
        assert figure(client, "leash_compile_cache_entries") == 0
