"""Fixtures of all tests against the real program: servers of a test's own."""

import signal
import uuid

import pytest

from support.server import Server, StateFolder
from support.tokens import Tokens

# Tests that are run in the background, without a terminal, may have been told to ignore Ctrl-C, and
# would hand that on to the commands that they interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def folder():
    """A state folder that outlives its servers."""
    folder = StateFolder()
    yield folder
    folder.close()


@pytest.fixture
def marker():
    """An argument by which a test finds its own processes in the host's /proc."""
    return f"marker-{uuid.uuid4().hex}"


@pytest.fixture
def tokens(shared):
    """Tokens of a module's `shared` server: gone after the test, and with them what they ran."""
    tokens = Tokens(shared)
    yield tokens
    tokens.remove_all()


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
