"""Fixtures: one server per worker for ordinary tests."""

import shutil
import tempfile
from pathlib import Path

import pytest

from support import problems
from support.canaries import CANARY, SHARED_TOKEN
from support.cli import Command
from support.server import BINARY, Server
from support.websocket import ECHO, WebSocket

pytest.register_assert_rewrite("support.mode_cases")


@pytest.fixture(scope="session")
def server():
    """The server that ordinary tests of this worker share. Its end is checked for leftovers."""
    with Server(
        "--max-running",
        "8",
        env={"LEASH_TOKEN": SHARED_TOKEN, "E2E_CANARY": CANARY},
        config={"drain_ms": 500},
    ) as shared:
        yield shared


@pytest.fixture
def client(server):
    """A client of the shared server. Whatever a test leaves running is stopped, with proof."""
    client = server.client()
    yield client
    client.stop_everything()


@pytest.fixture(scope="session")
def problem_codes(server):
    """The closed list of problem codes, from the contract itself."""
    return problems.problem_codes(server.client().get("/openapi.json").json())


@pytest.fixture(scope="module")
def programs():
    """The command, with what it needs, where an ordinary user can reach it."""
    folder = Path(tempfile.mkdtemp(prefix="e2e-programs-"))
    folder.chmod(0o755)
    shutil.copy2(BINARY, folder / "leash")
    shutil.copytree(Path(BINARY).parent / "lib" / "leash", folder / "lib" / "leash",
                    ignore=shutil.ignore_patterns("precompiled"))  # large, and not needed
    yield str(folder / "leash")
    shutil.rmtree(folder)


@pytest.fixture
def echo(client):
    """A run that answers each line, and a WebSocket to it."""
    run_id = client.start("python", ECHO, on_disconnect="stop", limits={"wall_ms": 60000})
    with WebSocket(client, run_id) as socket:
        socket.run_id = run_id
        yield socket


@pytest.fixture
def leash(server, client):
    """The command; `client` cleans up after it."""
    return Command(server)


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write
