"""leash ps, stop, logs, doctor and config check."""

import json

from support import procs
from support.cli import Command, end, interrupt
from support.wait import wait_until

SPIN = "print('up')\nwhile True: pass\n"


def test_ps_lists_runs(leash, client, marker):
    run_id = client.start("python", SPIN, key="shown-key", args=[marker])
    with client.follow(run_id) as stream:
        stream.wait_for_text("up\n")
    result = leash("ps")
    line = next(line for line in result.stdout.splitlines() if run_id in line)
    assert "python" in line and "running" in line and "shown-key" in line
    client.stop(run_id)
    assert run_id not in leash("ps").stdout or "cancelled" in leash("ps").stdout


def test_stop_by_id(leash, client, marker):
    run_id = client.start("python", SPIN, args=[marker])
    processes = procs.wait_for_sandboxed(marker)
    result = leash("stop", run_id)
    assert result.returncode == 0 and run_id in result.stdout, result
    procs.assert_dead(processes, marker)
    assert client.show(run_id)["cause"] == "stop"
    assert leash("stop", "r_" + "0" * 32).returncode != 0


def test_stop_by_key(leash, client):
    run_id = client.start("python", SPIN, key="my-key")
    assert leash("stop", "--key", "my-key").returncode == 0
    assert client.show(run_id)["cause"] == "stop"
    assert leash("stop", "--key", "my-key").returncode != 0


def test_stop_all(leash, client):
    ids = [client.start("python", SPIN) for _ in range(3)]
    assert leash("stop", "--all").returncode == 0
    assert {client.show(run_id)["cause"] for run_id in ids} == {"stop"}
    assert leash("stop", "--all").returncode == 0, "nothing to stop is no failure"


def test_logs_of_a_finished_run(leash, client):
    code = "import sys\nprint('out')\nprint('err', file=sys.stderr)"
    result = leash("logs", client.run("python", code)["id"])
    assert (result.returncode, result.stdout) == (0, "out\n")
    assert "err\n" in result.stderr


def test_logs_follow(leash, client):
    run_id = client.start("bash", "echo first; read line; echo got $line")
    process = leash.start("logs", "-f", run_id)
    assert process.stdout.readline() == "first\n"
    client.send_stdin(run_id, b"it\n")
    assert process.stdout.readline() == "got it\n"
    code, _, _ = end(process)
    assert code == 0


def test_following_logs_neither_ends_nor_keeps_a_run(leash, client):
    run_id = client.start("bash", "echo first; read line; echo got $line")
    process = leash.start("logs", "-f", run_id)
    assert process.stdout.readline() == "first\n"
    interrupt(process)
    end(process)
    client.send_stdin(run_id, b"it\n")
    run = client.finished(run_id)
    assert (run["cause"], run["stdout"]) == ("exit", "first\ngot it\n"), run


def test_reader_that_closes_the_pipe_is_no_crash(leash, client, write):
    process = leash.start("run", write("main.py", "while True: print('x' * 100)"))
    process.stdout.readline()
    process.stdout.close()
    code = process.wait(20)
    process.stderr.close()
    assert code not in (-11, -6), code
    wait_until(lambda: not client.live_runs(), "the end of the run")


def test_doctor(leash):
    result = leash("doctor", seconds=50)
    assert result.returncode == 0, result
    assert "cgroup" in result.stdout and "seccomp" in result.stdout


def test_doctor_json(leash):
    result = leash("doctor", "--json", seconds=50)
    assert result.returncode == 0, result
    report = json.loads(result.stdout)
    assert "cgroup" in json.dumps(report)
    assert result.stdout.count("\n") >= 1


def test_a_flag_can_be_taken_back_on_the_command_line(tmp_path):
    file = tmp_path / "leash.toml"
    file.write_text("no_auth = true\nflow_console = true\n")
    for flag in ("no-auth", "flow-console"):
        for option, value in ((f"--{flag}=false", "false"), (f"--{flag}", "true")):
            shown = Command()("config", "check", "--config", str(file), option).stdout
            (line,) = [x for x in shown.splitlines() if x.startswith(flag.replace("-", "_"))]
            assert line.split() == [flag.replace("-", "_"), value, f"--{flag}"]


def test_config_check(tmp_path):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text('listen = "127.0.0.1:3002"\nmax_running = 4\n')
    bad.write_text("max_running = 4\ncolour = 1\n")
    assert Command()("config", "check", "--config", str(good)).returncode == 0
    result = Command()("config", "check", "--config", str(bad))
    assert result.returncode != 0 and "colour" in result.stderr + result.stdout
