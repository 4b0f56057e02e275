"""/api/coderun/stop: a stop that is true, its errors, replaced runs, early and late stops."""

import threading
import time

import pytest

from support import leaks, procs
from support.sharppad import CANCELLED, Run, stop
from support.wait import elapsed_ms, wait_until

STOPPED = {"success": True, "message": "代码执行已停止"}
NO_SESSION = {"success": False, "message": "未找到活跃的执行会话"}

PROGRAMS = {
    "a_silent_loop": "class P { static void Main() { for (;;) { } } }",
    "a_loop_that_catches": (
        "using System; class P { static void Main() {"
        " while (true) { try { while (true) { } } catch { } finally { while (true) { } } } } }"
    ),
    "a_web_server": (
        "using System; using System.Net; class P { static void Main() {"
        ' var l = new HttpListener(); l.Prefixes.Add("http://127.0.0.1:8080/"); l.Start();'
        " while (true) { l.GetContext().Response.Close(); } } }"
    ),
    "a_tcp_server": (
        "using System.Net; using System.Net.Sockets; class P { static void Main() {"
        " var l = new TcpListener(IPAddress.Loopback, 8080); l.Start();"
        " while (true) { l.AcceptTcpClient(); } } }"
    ),
    "a_read_that_waits": (
        "using System; class P { static void Main() { Console.ReadLine(); } }"
    ),
    "threads": (
        "using System.Threading; class P { static void Main() {"
        " for (int i = 0; i < 8; i++) new Thread(() => { while (true) { } }).Start(); } }"
    ),
}


def programs(server):
    """The C# programs that run now; not those that were started ahead and wait."""
    hosts = [p for p in server.tree() if "/opt/leash/csharp/csharp-host.exe" in p.argv]
    return [p for p in hosts if "program.dll" in p.argv and leaks.is_claimed(leaks.cgroups_of(p))]


def start(client, server, session, source, **fields):
    """A run whose program has begun: (run, processes)."""
    run = Run(client, source, SessionId=session, **fields)
    return run, wait_until(lambda: programs(server), "the program's process", 30)


@pytest.mark.parametrize("name", PROGRAMS)
def test_r3_r4_r5_r6_a_stop_ends_the_program_itself(client, server, name):
    session = f"session_{name}"
    run, processes = start(client, server, session, PROGRAMS[name])
    answer = stop(client, session)
    procs.assert_dead(processes)  # at once: the answer says that they are gone
    assert (answer.status, answer.json()) == (200, STOPPED)
    assert run.finish()["Error"] == CANCELLED
    assert run.errors() == [CANCELLED]


def test_r26_what_was_printed_comes_before_the_end(client, server):
    source = (
        "using System; using System.Threading; class P { static void Main() {"
        ' for (int i = 0; ; i++) { Console.WriteLine("tick " + i); Thread.Sleep(5); } } }'
    )
    run, _ = start(client, server, "ticks", source)
    run.wait_for_output("tick 3")
    assert stop(client, "ticks", {"Accept-Language": "en"}).json()["message"] == (
        "Code execution stopped"
    )
    assert run.finish()["Error"] == CANCELLED
    assert run.events[-2] == {"type": "error", "content": CANCELLED}
    assert [e["type"] for e in run.events[:-2]].count("error") == 0


def test_r13_a_stop_without_an_id_is_400(client):
    required = {"success": False, "message": "SessionId is required"}
    for body in ({}, {"SessionId": ""}, {"SessionId": None}):
        answer = client.post("/api/coderun/stop", body)
        assert (answer.status, answer.json()) == (400, required)
    for body in ("{", "", "[]"):
        answer = client.post("/api/coderun/stop", body)
        assert answer.status == 400, answer
        assert answer.headers["Content-Type"] == "application/problem+json"
    malformed = client.post("/api/coderun/stop", {"SessionId": "a b"})
    assert malformed.status == 400 and malformed.json()["success"] is False


def test_r13_a_stop_of_an_unknown_session_is_false(client):
    answer = stop(client, "session_unknown")
    assert (answer.status, answer.json()) == (200, NO_SESSION)


def test_r14_stops_can_be_repeated(client, server):
    run, _ = start(client, server, "again", PROGRAMS["a_silent_loop"])
    assert stop(client, "again").json() == STOPPED
    assert stop(client, "again").json() == NO_SESSION
    assert run.finish()["Error"] == CANCELLED


def test_r14_rapid_cycles_with_one_id_are_safe(client, server):
    for _ in range(5):
        run, processes = start(client, server, "cycle", PROGRAMS["a_silent_loop"])
        assert stop(client, "cycle").json() == STOPPED
        procs.assert_dead(processes)
        assert run.finish()["Error"] == CANCELLED
        assert stop(client, "cycle").json() == NO_SESSION


def test_r14_stops_at_the_same_time_agree(client, server):
    run, _ = start(client, server, "both", PROGRAMS["a_silent_loop"])
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(stop(client, "both").json()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert STOPPED in answers and all(a in (STOPPED, NO_SESSION) for a in answers), answers
    assert run.finish()["Error"] == CANCELLED


def test_r9_a_session_in_use_is_replaced(client, server):
    older, processes = start(client, server, "tab", PROGRAMS["a_silent_loop"])
    newer = Run(client, PROGRAMS["a_read_that_waits"], SessionId="tab")
    assert older.finish()["Error"] == CANCELLED
    procs.assert_dead(processes)
    newer.wait_for_output("[INPUT REQUIRED]")
    # The older one's end has left the newer one's entry alone.
    assert stop(client, "tab").json() == STOPPED
    assert newer.finish()["Error"] == CANCELLED


def test_a_stop_just_ahead_of_its_run_is_honoured(client, server):
    for attempt in range(5):
        session, before = f"session_ahead_{attempt}", client.newest_id()
        since = time.monotonic()
        assert stop(client, session).json() == NO_SESSION
        run = Run(client, PROGRAMS["a_read_that_waits"], SessionId=session)
        if elapsed_ms(since) < 900:  # else this machine was too slow for a second to tell anything
            break
        run.close()
    assert run.finish()["Error"] == CANCELLED
    assert run.errors() == [CANCELLED]
    assert client.newest_id() == before and programs(server) == []  # nothing was started


def test_r20_only_stops_that_miss_are_limited(own_server):
    server = own_server()
    client = server.client()
    run, _ = start(client, server, "live", PROGRAMS["a_silent_loop"])
    misses = (stop(client, "no-such").status for _ in range(1000))
    assert next(misses) == 200
    assert any(status == 429 for status in misses)
    assert stop(client, "live").json() == STOPPED
    assert run.finish()["Error"] == CANCELLED


def test_a_client_that_leaves_ends_its_program(client, server):
    run, processes = start(client, server, "gone", PROGRAMS["a_silent_loop"])
    run.close()
    wait_until(lambda: not procs.present(p.identity for p in processes), "its end")
    newest = client.finished(client.newest_id())
    assert newest["cause"] == "client_disconnected"


def test_r7_a_stop_with_grace_lets_a_program_leave_by_itself(client, server):
    # SharpPad's own stop gives none; a run of it is a run like others, with the session as its key.
    run, _ = start(client, server, "grace", PROGRAMS["a_silent_loop"])
    answer = client.post("/v1/keys/grace/stop", {"grace_ms": 5000}).json()
    assert answer["stopped"] is True and answer["proof"]["empty"] is True
    assert run.finish()["Error"] == CANCELLED
