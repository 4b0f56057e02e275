"""The judge itself: what is not as expected must be found."""

import pytest

from support.corpus import Case, head, unmet

RUN = {
    "cause": "exit",
    "exit_code": 3,
    "signal": None,
    "stop": None,
    "usage": {"disk_full": True, "peak_memory_bytes": 5 << 20},
}
HEAD = "// Tries it: in vain.\n//\n// expect: cause=exit\n// limits: wall_ms=5\n#include <stdio.h>\n"


def case(*expect, **fields):
    return Case(number=1, name="001-a.c", language="c", code="", expect=expect, **fields)


@pytest.mark.parametrize(
    "expect",
    [
        "cause=exit",
        "cause=stop|exit exit_code=3 signal=null",
        "usage.disk_full=true usage.peak_memory_bytes<=5M usage.peak_memory_bytes>4M",
        "usage.peak_memory_bytes=5M",
    ],
)
def test_what_is_as_expected(expect):
    assert unmet(case(expect), RUN, "ATTEMPT ok\n", "") == []


@pytest.mark.parametrize(
    "expect",
    [
        "cause=stop",
        "cause=exit exit_code=0",
        "exit_code<=2",
        "signal=SIGKILL",
        "signal<=3",
        "usage.disk_full=false",
        "usage.disk_full<=1",
        "stop.empty=true",
    ],
)
def test_what_is_not(expect):
    assert len(unmet(case(expect), RUN, "ATTEMPT ok\n", "")) == 1


def test_a_field_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError):
        unmet(case("usage.disc_full=true"), RUN, "ATTEMPT ok\n", "")


def test_one_of_several_expectations_is_enough():
    assert unmet(case("cause=stop", "cause=exit"), RUN, "ATTEMPT ok\n", "") == []
    assert len(unmet(case("cause=stop", "cause=queue"), RUN, "ATTEMPT ok\n", "")) == 1


def test_an_attack_that_was_not_carried_out_has_not_been_held():
    for stdout in ("", "no ATTEMPT ok\n", "ATTEMPT failed\n"):
        assert "not carried out" in unmet(case("cause=exit"), RUN, stdout, "")[0]
    own = case("cause=exit", attempt="^error: ")
    assert unmet(own, RUN, "", "", compiler="error: x") == []
    assert len(unmet(own, RUN, "ATTEMPT ok\n", "")) == 1


def test_patterns_are_looked_for_line_by_line():
    seen = case("cause=exit", sees=("^fork: EAGAIN$",), never=("^root$",))
    assert unmet(seen, RUN, "ATTEMPT ok\nfork: EAGAIN\n", "not root\n") == []
    assert len(unmet(seen, RUN, "ATTEMPT ok\nfork: EPERM\n", "root\n")) == 2


def test_keys_are_the_last_paragraph_of_the_head():
    assert head("a", HEAD) == {"expect": ["cause=exit"], "sees": [], "never": [], "limits": "wall_ms=5"}


@pytest.mark.parametrize("line", ["// expects: cause=exit", "// and so on", "// limits: tasks=5"])
def test_anything_else_in_that_paragraph_is_an_error(line):
    with pytest.raises(AssertionError):
        head("a", HEAD.replace("#include", f"{line}\n#include"))
