"""Options of the server that change what a run does: retention, slow clients, half-close, caps."""

import socket

import pytest

from support import procs
from support.client import read_response
from support.server import Server
from support.wait import wait_until

KEPT = 65536


@pytest.fixture(scope="module")
def tuned():
    """Small numbers, so that the tests need not wait long."""
    config = {"retain_output_bytes": KEPT, "slow_client_ms": 800, "half_close": "ignore"}
    with Server(config=config) as server:
        yield server


@pytest.fixture
def client(tuned):
    return tuned.client()


def test_json_answer_keeps_the_head_of_the_output(client):
    code = "import sys\nfor i in range(40000): sys.stdout.write('%05d\\n' % i)"
    run = client.run("python", code)
    whole = "".join(f"{i:05d}\n" for i in range(40000))
    assert run["stdout_truncated"] is True and run["usage"]["stdout_bytes"] == len(whole)
    assert 0 < len(run["stdout"]) <= KEPT and whole.startswith(run["stdout"])


def test_the_defaults_that_are_told_are_those_that_hold(own_server):
    config = {"max_wall_ms": 5000, "max_memory_bytes": 200 << 20, "max_tasks": 16}
    client = own_server(config=config).client()
    for language in client.get("/v1/languages").json():
        for limits in (language["limits"], language["compile_limits"] or {}):
            for name, limit in limits.items():
                assert limit["default"] is None or limit["default"] <= limit["max"], (language["id"], name)
        assert language["limits"]["wall_ms"] == {"default": 5000, "max": 5000}


def test_starter_s_stream_gets_everything(client):
    code = "import sys\nfor i in range(40000): sys.stdout.write('%05d\\n' % i)"
    with client.stream("python", code) as stream:
        stream.finish()
        assert stream.text() == "".join(f"{i:05d}\n" for i in range(40000))
        assert "truncated" not in stream.types()


def test_late_reader_is_told_what_is_missing(client):
    """One truncated event whose id is the last missing seq; then the rest, without a gap."""
    code = "import sys\nfor _ in range(400): sys.stdout.write('x' * 9999 + '\\n')"
    run_id = client.start("python", code, limits={"output_bytes": 8 << 20})
    assert client.finished(run_id)["usage"]["stdout_bytes"] == 4_000_000
    with client.follow(run_id) as late:
        late.rest()
        types = late.types()
        assert types.count("truncated") == 1 and types[-1] == "finished" and types[0] == "queued"
        position = types.index("truncated")
        missing = late.events[position]
        assert missing.data["last_seq"] == missing.seq
        assert late.events[position + 1].seq == missing.seq + 1
        assert missing.data["missing_bytes"] + len(late.bytes()) == 4_000_000
        assert missing.data["missing_bytes"] > 2_000_000, "more is kept than was asked for"


def test_slow_client_ends_its_run(client, marker):
    """The starter that reads nothing paces the program, and in the end the run is taken from it."""
    stream = client.stream(
        "python",
        "while True: print('x' * 1000)",
        args=[marker],
        receive_buffer=4096,
        limits={"output_bytes": 1 << 32, "wall_ms": 60000},
    )
    run_id = stream.run_id
    processes = procs.wait_for_sandboxed(marker)
    run = client.finished(run_id)
    assert (run["status"], run["cause"]) == ("cancelled", "slow_client"), run
    procs.assert_dead(processes, marker)
    assert run["usage"]["stdout_bytes"] < 64 << 20, "nothing paced the program"
    stream.close_rst()


def test_slow_reader_that_is_not_the_starter_paces_nobody(client):
    run_id = client.start("python", "input()\nfor _ in range(3000): print('x' * 1000)")
    lazy = client.follow(run_id)
    lazy.wait_for("started")
    client.send_stdin(run_id, b"\n")
    run = client.finished(run_id)
    assert (run["cause"], run["usage"]["stdout_bytes"]) == ("exit", 3_003_000)
    lazy.close_rst()


def test_half_close_can_be_ignored(client):
    sock = client.send_run("python", "import time\ntime.sleep(0.5)\nprint('lived')")
    sock.shutdown(1)
    assert read_response(sock).json()["stdout"] == "lived\n"
    sock.close()


def test_options_come_from_the_environment_too(own_server):
    client = own_server(env={"LEASH_MAX_RUNNING": "1", "LEASH_QUEUE_WAIT_MS": "200"}).client()
    holder = client.start("bash", "read line")
    with client.follow(holder) as stream:
        stream.wait_for("started")
    assert client.run("bash", "echo x")["cause"] == "queue_limit"


def test_command_line_beats_the_file(own_server):
    client = own_server(
        "--max-running", "2", config={"max_running": 1, "queue_wait_ms": 20000}
    ).client()
    ids = [client.start("bash", "read line") for _ in range(2)]
    wait_until(lambda: len(client.runs(state="running")["runs"]) == 2, "both to run at once")
    for run_id in ids:
        client.stop(run_id)


@pytest.mark.parametrize(
    "config, word",
    [
        ({"colour": "red"}, "colour"),
        ({"drain_ms": "soon"}, "drain_ms"),
        ({"max_running": -1}, "max_running"),
    ],
)
def test_server_refuses_a_bad_configuration(config, word):
    server = Server(config=config).launch()
    assert server.wait(10) != 0
    assert word in server.log_text(), server.log_text()
    server.close()


def test_no_auth_is_refused_on_other_addresses():
    server = Server("--no-auth", listen=["0.0.0.0:0"]).launch()
    assert server.wait(10) != 0
    assert "auth" in server.log_text()
    server.close()


def test_unix_socket(own_server, tmp_path):
    path = tmp_path / "leash.sock"
    server = own_server(listen=["127.0.0.1:0", f"unix:{path}"])
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(20)
        sock.connect(str(path))
        body = {"language": "bash", "code": "echo by path"}
        sock.sendall(server.client().encode("POST", "/v1/runs", body))
        assert read_response(sock).json()["stdout"] == "by path\n"
    server.stop()
    assert not path.exists()
