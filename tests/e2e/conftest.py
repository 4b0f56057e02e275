"""Fixtures: one server per worker for ordinary tests, and servers of a test's own."""

import uuid

import pytest

from support import problems
from support.canaries import CANARY, SHARED_TOKEN
from support.cli import Command
from support.server import Server, StateFolder
from support.websocket import ECHO, WebSocket


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


@pytest.fixture
def folder():
    """A state folder that outlives its servers."""
    folder = StateFolder()
    yield folder
    folder.close()


@pytest.fixture
def echo(client):
    """A run that answers each line, and a WebSocket to it."""
    run_id = client.start("python", ECHO, on_disconnect="stop", limits={"wall_ms": 60000})
    with WebSocket(client, run_id) as socket:
        socket.run_id = run_id
        yield socket


@pytest.fixture
def marker():
    """An argument by which a test finds its own processes in the host's /proc."""
    return f"marker-{uuid.uuid4().hex}"


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


@pytest.fixture
def own_server(request):
    """Makes servers for one test: `own_server(*options, config=…, env=…)`."""
    servers = []

    def make(*options, **settings):
        server = Server(*options, **settings)
        servers.append(server)
        request.node.own_servers = servers
        return server.start()

    yield make
    failed = getattr(request.node, "test_failed", False)
    errors = []
    for server in servers:
        try:
            server.close(failed=failed)
        except AssertionError as error:
            errors.append(str(error))
    assert not errors, "\n".join(errors)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows the end of its servers' logs."""
    report = (yield).get_result()
    if not report.failed:
        return
    item.test_failed = True
    shared = item.funcargs.get("server") if hasattr(item, "funcargs") else None
    for server in [shared, *getattr(item, "own_servers", [])]:
        if server and server.folder.log.exists():
            report.sections.append((f"log of the server on port {server.port}", server.log_text()))
