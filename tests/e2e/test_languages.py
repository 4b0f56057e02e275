"""Every language: hello, version, exit codes, signals, arguments, environment, several files."""

import re

import pytest

from support.languages import ALL, BASH, CPP, IDS, NODE, PYTHON, C, files_of

each_language = pytest.mark.parametrize("language", ALL, ids=IDS)


@each_language
def test_hello(client, language):
    run = client.run(language.id, language.hello)
    assert run["stdout"] == "hello\n", run
    assert run["stderr"] == ""
    assert (run["state"], run["status"], run["cause"], run["phase"]) == (
        "finished",
        "succeeded",
        "exit",
        "run",
    )
    assert (run["exit_code"], run["signal"], run["language"]) == (0, None, language.id)
    assert re.fullmatch(language.version + r".*", run["version"]), run["version"]
    assert run["encoding"] == "utf8" and run["stop"] is None and run["result"] is None
    assert run["usage"]["stdout_bytes"] == 6 and run["usage"]["stderr_bytes"] == 0


@each_language
def test_exit_code_and_both_streams(client, language):
    run = client.run(language.id, language.exit_3)
    assert (run["status"], run["cause"], run["exit_code"]) == ("failed", "exit", 3)
    assert (run["stdout"], run["stderr"]) == ("out\n", "err\n")


@each_language
def test_unicode(client, language):
    assert client.run(language.id, language.unicode)["stdout"] == "héllo wörld ✓ 😀\n"


@each_language
def test_arguments_arrive_as_they_are(client, language):
    arguments = ["plain", "two words", "$HOME", "a;b", "--flag", "", "'quoted'", "ünïcode", "-"]
    run = client.run(language.id, language.arguments, args=arguments)
    assert run["stdout"].split("\n") == [*arguments, ""], run


@each_language
def test_environment(client, language):
    run = client.run(language.id, language.environment, env={"GREETING": "good morning ☀"})
    assert run["stdout"] == "good morning ☀\n", run


@each_language
def test_several_files_with_entry(client, language):
    run = client.run(language.id, files=files_of(language), entry=language.entry)
    assert run["stdout"] == "from helper\n", run


@each_language
def test_printed_line_is_seen_at_once_and_survives_a_stop(client, language):
    """Printed without a flush before an endless loop: it is in the stream and in the record."""
    with client.stream(language.id, language.tick) as stream:
        stream.wait_for_text("tick\n")
        assert client.stop(stream.run_id)["stopped"] is True
        assert stream.finish()["cause"] == "stop"
        assert client.show(stream.run_id)["stdout"] == "tick\n"


@each_language
def test_printed_line_is_seen_before_a_sleep(client, language):
    with client.stream(language.id, language.tick_silently) as stream:
        stream.wait_for_text("tick\n")
        assert client.show(stream.run_id)["state"] == "running"


SEGFAULTS = [
    (C, "#include <signal.h>\nint main(void) { *(volatile int *)0 = 1; }"),
    (CPP, "int main() { *(volatile int *)0 = 1; }"),
    (PYTHON, "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)"),
    (BASH, "kill -SEGV $$"),
    (NODE, "process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000)"),
]


@pytest.mark.parametrize("language, code", SEGFAULTS, ids=[l.id for l, _ in SEGFAULTS])
def test_segmentation_fault_is_a_signal(client, language, code):
    run = client.run(language.id, code)
    assert (run["status"], run["cause"]) == ("signaled", "exit"), run
    assert (run["signal"], run["exit_code"]) == ("SIGSEGV", None), run


ABORTS = [
    (C, "#include <stdlib.h>\nint main(void) { abort(); }"),
    (CPP, '#include <stdexcept>\nint main() { throw std::runtime_error("nobody catches me"); }'),
    (PYTHON, "import os\nos.abort()"),
    (NODE, "process.abort()"),
]


@pytest.mark.parametrize("language, code", ABORTS, ids=[l.id for l, _ in ABORTS])
def test_abort_is_a_signal(client, language, code):
    """User code as pid 1 of its namespace would end with SIGSEGV here."""
    run = client.run(language.id, code)
    assert (run["status"], run["signal"]) == ("signaled", "SIGABRT"), run


def test_program_that_terminates_itself(client):
    """As pid 1, raise(SIGTERM) would return and the program would live on."""
    run = client.run("c", "#include <signal.h>\nint main(void) { raise(SIGTERM); return 0; }")
    assert (run["status"], run["signal"], run["cause"]) == ("signaled", "SIGTERM", "exit"), run


def test_killed_by_its_own_sigkill_is_not_a_limit(client):
    run = client.run("python", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert (run["status"], run["signal"], run["cause"]) == ("signaled", "SIGKILL", "exit"), run


def test_uncaught_exceptions(client):
    python = client.run("python", "print('before')\nraise ValueError('told so')")
    assert (python["status"], python["exit_code"], python["stdout"]) == ("failed", 1, "before\n")
    assert "ValueError: told so" in python["stderr"] and "main.py" in python["stderr"]
    for language in ("javascript", "node"):
        run = client.run(language, "console.log('before'); throw new RangeError('told so')")
        assert (run["status"], run["exit_code"], run["stdout"]) == ("failed", 1, "before\n"), run
        assert "RangeError: told so" in run["stderr"], run


def test_syntax_error_in_an_interpreted_language_is_a_failed_run(client):
    for language, code in (("python", "print('"), ("javascript", "let = ;"), ("bash", "if ; fi")):
        run = client.run(language, code)
        assert (run["status"], run["cause"]) == ("failed", "exit"), run
        assert run["exit_code"] != 0 and run["stderr"] != "" and run["compile"] is None


def test_every_alias_runs_its_language(client):
    languages = client.get("/v1/languages").json()
    interpreted = [l for l in languages if l["id"] in ("javascript", "python", "bash")]
    assert len(interpreted) == 3
    programs = {language.id: language.hello for language in ALL}
    for language in interpreted:
        for alias in language["aliases"]:
            run = client.run(alias, programs[language["id"]])
            assert (run["language"], run["stdout"]) == (language["id"], "hello\n"), alias


def test_empty_program(client):
    for language in ("python", "javascript", "bash", "node"):
        run = client.run(language, "")
        assert (run["status"], run["stdout"], run["stderr"]) == ("succeeded", "", ""), run
