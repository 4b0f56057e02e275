"""Stopping a run: the proof, grace, repeated and late stops, races with the natural end."""

import threading
import time

import pytest

from support import procs
from support.languages import ALL, IDS, payload
from support.wait import elapsed_ms

SPIN = "while True: pass"
UNKNOWN = "r_" + "0" * 32


def start_and_find(client, marker, language="python", code=SPIN, **fields):
    """Starts a run and waits for its process on the host: (id, processes)."""
    run_id = client.start(language, code, args=[marker], **fields)
    processes = procs.wait_for_sandboxed(marker)
    with client.follow(run_id) as stream:
        stream.wait_for("started")
    return run_id, processes


@pytest.mark.parametrize("language", ALL, ids=IDS)
def test_silent_endless_loop_is_stopped_with_proof(client, marker, language):
    run_id, processes = start_and_find(client, marker, language.id, language.spin)
    answer = client.stop(run_id)
    procs.assert_dead(processes, marker)  # at once: the answer says that the set is empty
    assert set(answer) == {"id", "stopped", "state", "status", "cause", "proof"}
    assert (answer["id"], answer["stopped"]) == (run_id, True)
    assert (answer["state"], answer["status"], answer["cause"]) == ("finished", "cancelled", "stop")
    proof = answer["proof"]
    assert set(proof) == {"processes_killed", "signal_us", "empty_us", "empty"}
    assert proof["empty"] is True and proof["processes_killed"] >= 1
    assert 0 <= proof["signal_us"] <= proof["empty_us"] < 3_000_000
    run = client.show(run_id)
    assert (run["state"], run["status"], run["cause"], run["phase"]) == (
        "finished",
        "cancelled",
        "stop",
        "run",
    )
    assert run["exit_code"] is None
    assert set(run["stop"]) == set(proof) | {"cause", "requested_at"}
    assert run["stop"]["cause"] == "stop" and run["stop"]["empty"] is True


def test_stop_is_fast(client, marker):
    times = []
    for _ in range(5):
        run_id, _ = start_and_find(client, marker)
        times.append(client.stop(run_id)["proof"]["empty_us"] / 1000)
    assert sorted(times)[2] < 100, times


def test_stop_twice(client, marker):
    run_id, _ = start_and_find(client, marker)
    assert client.stop(run_id)["stopped"] is True
    again = client.stop(run_id)
    assert (again["stopped"], again["state"], again["cause"]) == (False, "finished", "stop")
    assert again["proof"]["empty"] is True


def test_stop_after_the_natural_end_changes_nothing(client):
    run = client.run("bash", "exit 4")
    answer = client.stop(run["id"])
    assert answer["stopped"] is False
    assert (answer["state"], answer["status"], answer["cause"]) == ("finished", "failed", "exit")
    assert client.show(run["id"]) == run


@pytest.mark.parametrize("run_id", [UNKNOWN, "r_", "nonsense", "..", "%2e%2e%2fetc"])
def test_stop_of_unknown_or_malformed_id(client, run_id):
    answer = client.post(f"/v1/runs/{run_id}/stop")
    assert answer.status == 404 and answer.json()["code"] == "not_found", answer


@pytest.mark.parametrize(
    "body", [{"grace_ms": -1}, {"grace_ms": "1"}, {"grace": 1}, [], "{", {"grace_ms": 1e99}]
)
def test_bad_stop_body_stops_nothing(client, marker, body):
    run_id, processes = start_and_find(client, marker)
    answer = client.post(f"/v1/runs/{run_id}/stop", body)
    assert answer.status in (400, 422) and answer.json()["code"], answer
    assert client.show(run_id)["state"] == "running"
    assert procs.alive({process.identity for process in processes})


def test_grace_lets_a_program_say_goodbye(client, marker):
    with client.stream("python", payload("sigterm_goodbye.py"), args=[marker]) as stream:
        stream.wait_for_text("ready\n")
        start = time.monotonic()
        answer = client.stop(stream.run_id, grace_ms=10000)
        assert elapsed_ms(start) < 8000, "the whole grace was waited for"
        assert (answer["stopped"], answer["status"], answer["cause"]) == (True, "cancelled", "stop")
        finished = stream.finish()
        assert stream.text() == "ready\ngoodbye\n"
        assert (finished["cause"], finished["exit_code"]) == ("stop", 0)


def test_grace_ends_for_a_program_that_ignores_sigterm(client, marker):
    with client.stream("python", payload("sigterm_ignored.py"), args=[marker]) as stream:
        stream.wait_for_text("deaf\n")
        processes = procs.wait_for_sandboxed(marker)
        start = time.monotonic()
        answer = client.stop(stream.run_id, grace_ms=400)
        assert elapsed_ms(start) >= 390
        procs.assert_dead(processes, marker)
        assert answer["stopped"] is True and answer["proof"]["empty"] is True
        assert answer["proof"]["empty_us"] >= 390_000
        assert stream.finish()["cause"] == "stop"


def test_sigterm_ignored_without_grace(client, marker):
    run_id, processes = start_and_find(client, marker, code=payload("sigterm_ignored.py"))
    answer = client.stop(run_id)
    procs.assert_dead(processes, marker)
    assert answer["proof"]["empty_us"] < 2_000_000


def test_stop_cuts_a_grace_short(client, marker):
    """A second stop without grace does not wait for the first one's grace."""
    with client.stream("python", payload("sigterm_ignored.py"), args=[marker]) as stream:
        stream.wait_for_text("deaf\n")
        first = threading.Thread(
            target=client.stop, args=(stream.run_id,), kwargs={"grace_ms": 15000}
        )
        first.start()
        stream.wait_for("stopping")
        start = time.monotonic()
        assert client.stop(stream.run_id)["stopped"] is True
        assert elapsed_ms(start) < 8000
        first.join(10)
        assert not first.is_alive()


def test_sigstopped_program_is_stopped(client, marker):
    code = "import os, signal\nprint('now')\nos.kill(os.getpid(), signal.SIGSTOP)"
    with client.stream("python", code, args=[marker]) as stream:
        stream.wait_for_text("now\n")
        processes = procs.wait_for_sandboxed(marker)
        assert client.stop(stream.run_id)["proof"]["empty"] is True
        procs.assert_dead(processes, marker)


def test_concurrent_stops_all_get_an_answer(client, marker):
    run_id, processes = start_and_find(client, marker)
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(client.stop(run_id))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    procs.assert_dead(processes, marker)
    assert len(answers) == 8 and any(answer["stopped"] for answer in answers)
    assert all(answer["cause"] == "stop" and answer["proof"]["empty"] for answer in answers)
    assert client.follow(run_id).finish()["cause"] == "stop"


def test_stop_in_every_moment_of_a_start(client):
    """Sent at once after the 202: queued, starting or running, it always ends as stopped."""
    for _ in range(20):
        run_id = client.start("python", SPIN)
        answer = client.stop(run_id)
        assert (answer["stopped"], answer["cause"], answer["proof"]["empty"]) == (
            True,
            "stop",
            True,
        )


def test_stop_racing_the_natural_end_has_one_truth(client):
    """A program that ends by itself at about the time of the stop: cause, status, answer agree."""
    seen = set()
    for number in range(30):
        with client.stream("bash", "read line; exit 0") as stream:
            stream.wait_for("started")
            run_id = stream.run_id
            feeder = threading.Thread(target=client.send_stdin, args=(run_id, b"\n"))
            feeder.start()
            if number % 2:
                feeder.join()
            answer = client.stop(run_id)
            feeder.join()
            finished = stream.finish()
            seen.add(finished["cause"])
            assert finished["cause"] in ("exit", "stop")
            assert answer["cause"] == finished["cause"]
            assert answer["stopped"] == (finished["cause"] == "stop"), (answer, finished)
            expected = "succeeded" if finished["cause"] == "exit" else "cancelled"
            assert finished["status"] == expected
    assert seen, "nothing ended"


def test_slot_is_free_after_a_stop(client):
    """More stopped runs, one after another, than may run at once."""
    for _ in range(20):
        assert client.stop(client.start("bash", "sleep 600"))["stopped"] is True
    assert client.run("bash", "echo free")["stdout"] == "free\n"
