"""A server on a machine that has just these cgroup hierarchies, mounted as distributions do it."""

import json

import pytest

from support import leaks
from support.cli import Command
from support.mode_cases import *  # noqa: F403  what must hold in every mode

pytestmark = pytest.mark.xdist_group("mode")  # one server for all of them


def test_the_mode_is_told(client, mode):
    assert leaks.cgroup_mode() == mode
    assert client.get("/v1/capabilities").json()["cgroup_mode"] == mode


def test_doctor_names_the_mode_and_proves_every_layer(mode):
    result = Command()("doctor", "--json", seconds=200)
    assert result.returncode == 0, result
    report = json.loads(result.stdout)
    assert report["mode"] == f"root, cgroup {mode}" and report["complete"] is True
    assert [layer for layer in report["layers"] if not layer["proved"]] == []
