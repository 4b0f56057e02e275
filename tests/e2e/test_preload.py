"""Modules that the operator wants imported in Python's zygote: there at no cost, and shared as a copy."""

import os
import re

import pytest

from support.cli import Command
from support.install import few_languages
from support.server import Server
from support.wait import wait_until
from support.warm import is_warm

MODULES = {
    "threads_at_import": "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()",
    "exits_at_import": "raise SystemExit('no')",
    "dies_at_import": "import os; os._exit(0)",
    "prints_at_import": "print('x' * 100000)\nseen = []",
}


@pytest.fixture(scope="module")
def preloading(tmp_path_factory):
    """A server that was told to import good and bad modules; the bad ones are where only its zygote
    looks."""
    folder = tmp_path_factory.mktemp("modules")
    for name, text in MODULES.items():
        (folder / f"{name}.py").write_text(text)
    names = ["sqlite3", "xml.dom.minidom", "no_such_module", *MODULES]
    with few_languages("bash", "python") as binary:
        toml = os.path.join(os.path.dirname(binary), "lib/leash/runtimes/python/runtime.toml")
        with open(toml, encoding="utf-8") as file:
            text = file.read()
        with open(toml, "w", encoding="utf-8") as file:
            file.write(re.sub('(PYTHONPATH = "[^"]*)"', rf'\1:{folder}"', text))
        with Server(binary=binary, config={"python_preload": names}) as server:
            wait_until(lambda: is_warm(server, "python"), "warm slots", seconds=60)
            yield server


def test_a_preloaded_module_is_there(preloading):
    code = "import sys; print([n in sys.modules for n in ('sqlite3', 'xml.dom.minidom', 'prints_at_import')])"
    assert preloading.client().run("python", code)["stdout"] == "[True, True, True]\n"


def test_what_cannot_be_preloaded_is_told_and_left_out(preloading):
    log = preloading.folder.log.read_text()
    assert "python_preload: not no_such_module: ModuleNotFoundError: " in log
    assert "python_preload: not threads_at_import: it starts threads" in log
    assert "python_preload: not exits_at_import: SystemExit: no" in log
    assert "python_preload: not dies_at_import: it ends the process" in log
    code = f"import sys; print([n for n in {list(MODULES)} if n in sys.modules])"
    assert preloading.client().run("python", code)["stdout"] == "['prints_at_import']\n"


def test_two_runs_share_no_state_of_a_preloaded_module(preloading):
    code = (
        "import sqlite3, prints_at_import as module, random\n"
        "print(hasattr(sqlite3, 'mine'), module.seen, random.random())\n"
        "sqlite3.mine = 1; module.seen.append(1)"
    )
    runs = [preloading.client().run("python", code)["stdout"].rsplit(" ", 1) for _ in range(5)]
    assert {state for state, _ in runs} == {"False []"}
    assert len({number for _, number in runs}) == 5


def test_a_module_of_the_job_hides_a_preloaded_one(preloading):
    """As it does where nothing is preloaded: the program's own folder comes first."""
    code = "import sqlite3, random; print(sqlite3.mine, random.mine)"
    files = [
        {"path": "main.py", "content": code},
        {"path": "sqlite3/__init__.py", "content": "mine = 1"},
        {"path": "random.py", "content": "mine = 2"},
    ]
    run = preloading.client().run("python", files=files)
    assert run["stdout"] == "1 2\n", run


@pytest.mark.parametrize("name", ["a b", "1x", "x.", ".x", "x;y", "--version"])
def test_what_is_no_name_of_a_module_is_refused(name):
    done = Command()("config", "check", f"--python-preload={name}")
    assert done.returncode != 0
    assert "python_preload must hold names of modules" in done.stderr, done.stderr


def test_names_may_be_given_as_one_list():
    done = Command()("config", "check", "--python-preload", "json,xml.dom", "--python-preload", "re")
    assert re.search(r"python_preload +json, xml.dom, re", done.stdout), done.stdout
