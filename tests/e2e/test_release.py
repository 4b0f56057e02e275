"""What a release must not have. (A test build, such as the debug preset, may have it.)"""

import subprocess
from pathlib import Path

import pytest

from support.server import BINARY

FOLDERS = [Path(BINARY).resolve().parent / "lib", Path(BINARY).resolve().parents[1] / "lib"]


@pytest.mark.parametrize("option", ["--without-layer", "--serve-without-layer"])
def test_no_layer_can_be_left_out(option):
    spawner = next(p for f in FOLDERS if (p := f / "leash" / "leash-spawner").exists())
    ended = subprocess.run([spawner, option, "seccomp"], capture_output=True, text=True, timeout=10)
    assert ended.returncode == 2, ended
    assert f"'{option}': unknown option" in ended.stderr, ended
