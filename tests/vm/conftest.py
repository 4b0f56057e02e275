"""Fixtures for tests inside a virtual machine (see run.py)."""

import os

import pytest

from e2e.conftest import own_server, programs, pytest_runtest_makereport  # noqa: F401
from support.server import Server


@pytest.fixture(scope="session")
def mode():
    """Which cgroup hierarchies this machine has: v1, v2 or hybrid."""
    return os.environ["LEASH_VM_CGROUPS"]


@pytest.fixture(scope="module")
def mode_server():
    with Server() as server:
        yield server


@pytest.fixture
def client(mode_server):
    client = mode_server.client()
    yield client
    client.stop_everything()
