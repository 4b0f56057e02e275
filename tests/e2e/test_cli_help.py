"""The command line: help, and mistakes that are explained."""

import pytest

from support.cli import Command


@pytest.mark.parametrize(
    "arguments, word",
    [
        (["run"], "FILE"),
        (["run", "/nonexistent/main.py"], "/nonexistent/main.py"),
        (["run", "main.py", "--limit", "wall=soon"], "soon"),
        (["run", "main.py", "--limit", "colour=red"], "colour"),
        (["run", "main.py", "--language", "cobol"], "cobol"),
        (["run", "main.py", "--limit", "wall=2"], "unit"),
        (["run", "main.C"], "--language"),
        (["run", "main.py", "--colour"], "--colour"),
        (["serve", "--colour"], "--colour"),
        (["dance"], "dance"),
        (["stop"], ""),
        (["stop", "nonsense"], "no such run"),
        (["logs", "nonsense"], "no such run"),
    ],
)
def test_mistakes_are_explained(leash, tmp_path, arguments, word):
    """Not zero, a text on stderr that names what was wrong, nothing on stdout."""
    (tmp_path / "main.py").write_text("print(1)")
    (tmp_path / "main.C").write_text("int main(void) { return 0; }")
    result = leash(*arguments, cwd=tmp_path)
    assert result.returncode not in (0, -6, -11), result
    assert word.lower() in result.stderr.lower() and result.stderr.strip(), result
    assert "terminate called" not in result.stderr and result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["absent.py"],
        ["main.py", "--limit", "wall=2"],
        ["main.py", "--env", "X"],
        ["main.py", "--entry", "other.py"],
        ["main.xyz"],
        ["main.py", "--stdin", "absent"],
        ["main.py", "--server", "nonsense:"],
    ],
    ids=" ".join,
)
def test_what_could_not_be_run_is_125(leash, tmp_path, arguments):
    """1 would be a program that did not compile."""
    for name in ("main.py", "main.xyz"):
        (tmp_path / name).write_text("print(1)")
    result = leash("run", *arguments, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (125, "") and result.stderr, result


def test_unknown_extension_asks_for_the_language(leash, write):
    result = leash("run", write("main.xyz", "x"))
    assert result.returncode != 0 and "--language" in result.stderr


def test_no_command_is_a_mistake_that_shows_the_help():
    result = Command()()
    assert (result.returncode, result.stdout) == (2, "")
    assert "--help" in result.stderr and "doctor" in result.stderr


def test_help_is_a_command_too():
    assert Command()("help").stdout == Command()("--help").stdout != ""
    assert Command()("help", "run").stdout == Command()("run", "--help").stdout != ""


@pytest.mark.parametrize("argument", ["argument", "--option"])
def test_an_argument_of_the_program_is_told_its_place(write, argument):
    result = Command()("run", write("main.py", ""), argument)
    assert result.returncode == 2 and "goes behind --" in result.stderr, result


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--help"], ["serve", "run", "ps", "stop", "logs", "doctor", "bench"]),
        (["run", "--help"], ["--language", "--limit", "FILE"]),
        (
            ["serve", "--help"],
            ["--listen", "--state-dir", "--config", "--max-running", "--no-auth"],
        ),
        (["stop", "--help"], ["--key", "--all"]),
        (["logs", "--help"], ["-f"]),
        (["ps", "--help"], ["--server"]),
        (["doctor", "--help"], ["--json"]),
    ],
)
def test_help(arguments, words):
    result = Command()(*arguments)
    assert result.returncode == 0 and result.stderr == ""
    for word in words:
        assert word in result.stdout, word


def test_no_server_is_said_so(write):
    leash = Command(LEASH_URL="http://127.0.0.1:9", LEASH_TOKEN="x")
    for arguments in (["run", write("main.py", "")], ["ps"], ["stop", "--all"]):
        result = leash(*arguments)
        assert result.returncode != 0 and "127.0.0.1:9" in result.stderr, result


def test_wrong_token_is_said_so(server, write):
    result = Command(server, LEASH_TOKEN="tok-5e1f")("ps")
    assert result.returncode != 0 and "token" in result.stderr.lower()
    assert "tok-5e1f" not in result.stderr


def test_server_option(server, client):
    leash = Command(LEASH_TOKEN=server.token)
    assert leash("ps", "--server", server.url).returncode == 0
