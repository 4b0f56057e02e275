"""A machine without cgroup2: limits, the kill and its proof come from v1 hierarchies alone."""

import pytest

from support import leaks
from support.mode_cases import *  # noqa: F403  what must hold in every mode
from support.server import Server

HIDE_CGROUP2 = 'for m in $(findmnt -rn -t cgroup2 -o TARGET); do umount "$m"; done; exec "$0" "$@"'


@pytest.fixture(scope="module")
def mode_server():
    if leaks.cgroup_mode() == "v2":
        pytest.fail("this machine has no v1 hierarchies: run the tests where there are some")
    with Server(prefix=("unshare", "--mount", "sh", "-c", HIDE_CGROUP2)) as server:
        yield server


@pytest.fixture
def client(mode_server):
    client = mode_server.client()
    yield client
    client.stop_everything()


def test_the_mode_is_told(client):
    assert client.get("/v1/capabilities").json()["cgroup_mode"] == "v1"
