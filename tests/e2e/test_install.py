"""What `cmake --install` puts somewhere is whole: other programs are built against it, by CMake and
by pkg-config, and run; the installed command works."""

import os
import subprocess
from pathlib import Path

import pytest

from support.server import BINARY, REPOSITORY

BUILD = Path(BINARY).resolve().parent
OUTPUT = {
    "run_and_stream": "line 0\nline 1\nline 2\nfailed, exit code 7\n",
    "stop_with_proof": "cancelled: 4 processes killed, empty: true\n",
    "coroutine": "the answer is 42\nit was too slow, and was stopped\n",
}


def call(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.mark.timeout(400)
def test_r54_examples_are_built_against_an_installed_tree_and_run(tmp_path):
    prefix = tmp_path / "leash"
    call("cmake", "--build", BUILD, "--target", "leash", "leash_library")
    call("cmake", "--install", BUILD, "--prefix", prefix)
    for name in ("bin/leash", "lib/leash/leash-spawner", "lib/libleash.a", "lib/pkgconfig/leash.pc"):
        assert (prefix / name).is_file(), name

    examples = tmp_path / "examples"
    warnings = "-Wall -Wextra -Werror -Wno-missing-field-initializers"
    settings = [f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_FLAGS={warnings}"]
    call("cmake", "-S", REPOSITORY / "examples", "-B", examples, "-G", "Ninja", *settings)
    call("cmake", "--build", examples)
    for name, output in OUTPUT.items():
        assert call(examples / name, state_folder(tmp_path, name)) == output

    # The same without CMake, and the command from where it was put.
    flags = call(
        "pkg-config", "--cflags", "--libs", "leash",
        env={**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")},
    ).split()
    program = tmp_path / "by_hand"
    source = REPOSITORY / "examples/run_and_stream.cc"
    call("g++", "-std=c++20", source, "-o", program, *flags)
    assert call(program, state_folder(tmp_path, "by_hand")) == OUTPUT["run_and_stream"]
    script = tmp_path / "hello.sh"
    script.write_text("echo installed\n")
    environment = {name: text for name, text in os.environ.items() if name != "LEASH_URL"}
    assert call(prefix / "bin/leash", "run", "--local", script, env=environment) == "installed\n"


def state_folder(base, name):
    folder = base / f"state-{name}"
    folder.mkdir(mode=0o700)
    return folder
