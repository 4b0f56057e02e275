"""What a machine's settings forbid an ordinary user, told with how to mend it. These settings are
the whole machine's, so they are changed in a virtual one."""

import json
import subprocess
from pathlib import Path

import pytest

from support.rootless import OrdinaryUser

# Never beside the tests of ordinary users, whom it concerns too.
pytestmark = pytest.mark.xdist_group("users")
NAMESPACES = Path("/proc/sys/user/max_user_namespaces")


@pytest.fixture
def no_user_namespaces():
    before = NAMESPACES.read_text()
    NAMESPACES.write_text("0")
    yield
    NAMESPACES.write_text(before)


def test_doctor_tells_an_ordinary_user_that_there_are_no_user_namespaces(
    no_user_namespaces, programs
):
    with OrdinaryUser() as user:
        ended = subprocess.run(
            [*user.prefix(), programs, "doctor", "--json"], capture_output=True, text=True
        )
    report = json.loads(ended.stdout)
    assert ended.returncode == 1 and report["complete"] is False
    assert report["mode"].startswith("rootless, ")
    (layer,) = report["layers"]
    assert layer["name"] == "setup" and "unshare(CLONE_NEWUSER)" in layer["detail"]
    assert "user.max_user_namespaces" in layer["remedy"]
