"""Every call by which a sandbox is made is made to fail, one after another: the program is not executed,
the answer names what failed, nothing is left, and the server goes on. (All places: tests/soak.)"""

import time

import pytest

from support import faults, leaks
from support.trouble import cpu_seconds
from support.wait import wait_until
from support.warm import processes, wait_warm

# A third of the calls for each of three tests, so that several go at once.
THIRDS = [list(faults.CALLS)[first::3] for first in range(3)]
WARM = ["clone3", "mkdirat", "socketpair", "clone", "setsid", "mount", "setresuid", "seccomp", "fstat"]
WARM += ["close_range", "prctl", "mmap"]


@pytest.fixture(scope="module")
def fragile():
    """A server that makes each slot when it is asked for: what fails belongs to that run."""
    with faults.server_of_slots_on_demand() as server:
        yield server


@pytest.mark.timeout(240)
@pytest.mark.parametrize("calls", THIRDS, ids=["first", "second", "third"])
def test_a_call_that_fails_while_a_slot_is_made(fragile, calls):
    places, answers = faults.sweep(fragile, "bash", calls, most=1)
    print(dict(places), dict(answers))
    assert len(places) >= len(calls) // 2 and answers["setup_error"] >= 3, (places, answers)


@pytest.mark.timeout(240)
def test_a_call_that_fails_while_a_warm_slot_is_forked(fragile):
    places, answers = faults.sweep(fragile, "python", WARM, most=1)
    print(dict(places), dict(answers))
    assert len(places) >= 10, places


@pytest.mark.timeout(240)
def test_a_server_whose_log_cannot_be_written_or_whose_event_loop_is_refused_something(fragile):
    """At every place: among them the write of a message to the operator, and the wait for a slot."""
    places, answers = faults.sweep(fragile, "bash", ["write", "ioctl"])
    print(dict(places), dict(answers))
    assert places["write"] >= 4 and places["ioctl"] >= 3, places


@pytest.mark.timeout(240)
def test_a_call_that_fails_in_the_server_process(fragile):
    places, answers = faults.sweep(fragile, "bash", faults.SERVER_CALLS, most=6, victims=faults.http)
    print(dict(places), dict(answers))
    assert places["memfd_create"] >= 1, places


@pytest.mark.parametrize("language", ["bash", "c"])
@pytest.mark.parametrize("call", ["unshare", "mkdirat", "clone3"])
def test_a_call_that_always_fails_is_an_answer_soon_and_names_the_step(fragile, call, language):
    zygotes = faults.makers(fragile)
    start = time.monotonic()
    run, report = faults.try_one(fragile, language, call, "ENOSPC", "1+")
    assert run["status"] == "setup_error" and "No space left" in run["setup_error"], run
    assert report.injected >= 3 and time.monotonic() - start < 20
    faults.check_after(fragile, language, faults.baseline(fragile))
    assert faults.makers(fragile) == zygotes, "a call that failed was not the zygote's end"


@pytest.mark.timeout(120)
def test_slots_that_cannot_be_made_ahead_hang_nothing_and_do_not_spin(own_server):
    """All that is made ahead fails for a while, warm ones too. The tries are few, runs are answered, and
    afterwards there are as many slots as before."""
    server = own_server("--ready-slots", "3")
    wait_warm(server)
    before = leaks.baseline(server)
    client = server.client()
    with faults.Injection(faults.makers(server), "sethostname", "EPERM", "1+", "none") as injection:
        used = cpu_seconds(server.spawner_pid)
        answers = [client.run(language, "1") for language in ["python", "bash"] * 6]
        used = cpu_seconds(server.spawner_pid) - used
    kinds = [run["status"] for run in answers]
    assert kinds[-1] == "setup_error" and "host name" in answers[-1]["setup_error"], answers[-1]
    assert set(kinds) <= {"setup_error", "succeeded", "failed"}, kinds
    tries = len([line for line in injection.report.lines if "(INJECTED)" in line])
    assert tries < 200 and used < 5, f"{tries} tries, {used:.1f} s of CPU"
    wait_warm(server)
    wait_until(lambda: processes(server, "python", sandboxed=True), "warm slots again")
    assert leaks.left(server.folder, before=None) == []
    waiting = "waiting slots"
    wait_until(
        lambda: leaks.baseline(server).amounts[waiting] == before.amounts[waiting],
        "as many slots as before",
    )
    server.stop()
