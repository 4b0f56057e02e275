"""Section 7.5, numbers 79 and 80: every system call, by every way into the kernel, is answered as the
table of the filter says (src/sandbox/seccomp/golden.txt, which a unit test holds to the filter)."""

from support.languages import payload
from support.syscalls import call_of, calls


def make(arena, wanted):
    """Has a program make the calls; (call, answer) for each."""
    run = arena.client.run(
        "c",
        payload("try_calls.c"),
        stdin="".join(f"{call.line}\n" for call in wanted),
        limits={"wall_ms": 50_000},
    )
    assert run["exit_code"] == 0, run
    answers = run["stdout"].splitlines()
    assert len(answers) == len(wanted), run
    return list(zip(wanted, answers, strict=True))


def wrong(made):
    return [f"{call}, but {seen}" for call, seen in made if not call.fits(seen)]


def test_079_every_call_is_answered_as_the_table_says(arena):
    made = make(arena, list(calls("native", rounds=2)))
    assert wrong(made) == []
    # The attempts were made: some of what is allowed succeeded, and all kinds of refusals were seen.
    seen = {answer for _, answer in made}
    assert {"ok", "EPERM", "ENOSYS", "EAFNOSUPPORT", "EFAULT", "EINVAL", "EBADF"} <= seen, seen


def test_079_what_depends_on_an_argument_is_answered_by_it(arena):
    chosen = [call_of("socket", domain, 1, protocol)
              for domain in range(46) for protocol in (0, 6, 17, 132, 262)]
    chosen += [call_of("ioctl", 0, request) for request in (0x5401, 0x5412, 0x541C, 0x541D, 0x5423)]
    chosen += [call_of("fcntl", 0, command) for command in (1, 3, 5, 36, 37, 38, 1024, 1025, 1026)]
    chosen += [call_of("personality", p) for p in (0, 8, 0x40000, 0x400000, 0xFFFFFFFF)]
    chosen += [call_of("clone", (1 << bit) | 17) for bit in range(8, 32)]
    chosen += [call_of("prlimit64", pid, 7) for pid in (0, 1, 2)]
    high = [type(c)(c.abi, c.number, tuple(a | 1 << 32 for a in c.args), c.rule) for c in chosen]
    made = make(arena, chosen + high)
    assert wrong(made) == []
    refused = [(call, seen) for call, seen in made if call.wanted != "allow"]
    assert len(refused) > 200


def test_080_other_ways_into_the_kernel_lead_nowhere(arena):
    made = make(arena, [*calls("int80", rounds=0), *calls("x32", rounds=1)])
    assert wrong(made) == []
