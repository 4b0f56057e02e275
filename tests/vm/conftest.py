"""Fixtures for tests inside a virtual machine (see run.py)."""

import os

import pytest

from e2e.conftest import programs  # noqa: F401: one of two folders that need it
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
