"""The cage as the host sees it, for a process of every language; and the server's own processes."""

import os
import re
import stat

import pytest

from support import procs
from support.canaries import CANARY, SHARED_TOKEN
from support.languages import ALL, IDS

each_language = pytest.mark.parametrize("language", ALL, ids=IDS)


@pytest.fixture
def caged(client, marker):
    """Starts a silent program in a language and finds its processes on the host."""

    def start(language):
        with client.stream(
            language.id, language.tick, args=[marker], limits={"wall_ms": 30000}
        ) as stream:
            stream.wait_for_text("tick\n")
            yield from procs.wait_for_sandboxed(marker)

    return start


@each_language
def test_credentials_and_filter(caged, language):
    for process in caged(language):
        status = process.status()
        assert "0" not in status["Uid"].split() and "0" not in status["Gid"].split(), status
        assert {
            int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
        } == {0}
        assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
        assert status["Groups"].split() in ([], [status["Gid"].split()[0]])


@each_language
def test_namespaces_are_its_own(caged, language):
    for process in caged(language):
        for kind in ("pid", "mnt", "net", "ipc", "uts", "cgroup"):
            assert process.namespace(kind) != os.readlink(f"/proc/self/ns/{kind}"), kind


@each_language
def test_not_pid_1_of_its_namespace(caged, language):
    for process in caged(language):
        assert process.status()["NSpid"].split()[-1] != "1"


@each_language
def test_descriptors_lead_nowhere(caged, language):
    """No socket to the server, no cgroup file, no folder: pipes, null and the job's own files."""
    harmless = re.compile(
        r"pipe:|anon_inode:|/dev/(null|u?random)|/work/|/usr/(bin|lib)/|/memfd:|/proc/\d+/statm"
    )
    for process in caged(language):
        descriptors = process.descriptors()
        odd = {fd: target for fd, target in descriptors.items() if not harmless.match(target)}
        assert not odd, odd
        if language.id in ("c", "cpp", "python"):
            assert set(descriptors) == {0, 1, 2}, descriptors


@each_language
def test_secrets_are_not_in_its_environment(caged, language):
    for process in caged(language):
        environment = process.environment()
        assert CANARY.encode() not in environment and SHARED_TOKEN.encode() not in environment
        assert b"LEASH_" not in environment


@each_language
def test_oom_killer_takes_it_before_the_server(caged, server, language):
    own = int(open(f"/proc/{server.spawner_pid}/oom_score_adj").read())
    for process in caged(language):
        assert int(open(f"/proc/{process.pid}/oom_score_adj").read()) > own


def test_http_process_has_no_privileges(server):
    process = procs.look_up(server.http_pid())
    status = process.status()
    assert "0" not in status["Uid"].split(), status["Uid"]
    assert {int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {0}
    assert status["NoNewPrivs"] == "1"


def test_token_is_in_no_environment_and_no_command_line(server):
    """Not even in the spawner's, which was started with it."""
    tree = server.tree()
    assert len(tree) >= 2
    for process in tree:
        try:
            environment = process.environment()
        except OSError:
            continue  # ended meanwhile
        assert SHARED_TOKEN.encode() not in environment, process
        assert CANARY.encode() not in environment, process
        assert not any(SHARED_TOKEN in argument for argument in process.argv), process


def test_token_and_code_are_in_no_log(client, server):
    client.run("bash", "echo code-canary-81c4")
    log = server.folder.log.read_text()
    assert SHARED_TOKEN not in log and "code-canary-81c4" not in log


def test_state_folder_is_private(own_server):
    server = own_server()
    for path in [server.folder.path, *server.folder.path.rglob("*")]:
        mode = path.lstat().st_mode
        assert stat.S_ISSOCK(mode) or not mode & 0o077, (path, oct(mode))


def test_made_token_is_kept_in_a_private_file(own_server):
    server = own_server()
    files = [path for path in server.folder.path.iterdir() if path.is_file()]
    holders = [path for path in files if server.token in path.read_text(errors="replace")]
    assert len(holders) == 1, files
    assert stat.S_IMODE(holders[0].stat().st_mode) == 0o600
    assert len(server.token) >= 32


def test_made_token_survives_a_restart(own_server):
    server = own_server()
    token = server.token
    server.stop()
    again = own_server(folder=server.folder)
    assert again.token == token
    again.stop()
