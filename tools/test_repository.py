"""The repository itself under its own rules; each failure lists every place."""

import subprocess
from pathlib import Path

import check_includes
import lint

REPOSITORY = Path(__file__).resolve().parent.parent


def test_no_include_points_up():
    assert check_includes.check(REPOSITORY / "src") == []


def test_the_project_rules_hold():
    allowed = lint.read_allowed((REPOSITORY / "tools/lint_allow.txt").read_text())
    assert lint.check(REPOSITORY, allowed) == []


def test_the_sources_are_laid_out():
    done = subprocess.run([REPOSITORY / "tools/format.sh", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_script_has_a_syntax_error():
    scripts = [REPOSITORY / "dev", REPOSITORY / ".ci/run", *REPOSITORY.glob("tools/**/*.sh")]
    for script in scripts:
        done = subprocess.run(["/bin/bash", "-n", script], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
