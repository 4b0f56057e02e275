"""stdin in all its forms, and jobs of files."""

import base64
import time

import pytest

from support.languages import ALL, IDS
from support.wait import elapsed_ms, wait_until

each_language = pytest.mark.parametrize("language", ALL, ids=IDS)
COUNT = "import sys\nprint(len(sys.stdin.buffer.read()))"


@each_language
def test_given_stdin_is_read_to_its_end(client, language):
    text = "first line\nsecond ☀ line\n"
    run = client.run(language.id, language.echo, stdin=text)
    assert (run["status"], run["stdout"]) == ("succeeded", text), run


@each_language
def test_absent_stdin_of_a_json_answer_is_at_its_end(client, language):
    run = client.run(language.id, language.echo)
    assert (run["status"], run["stdout"]) == ("succeeded", ""), run


def test_empty_stdin_is_at_its_end_in_a_stream_too(client):
    with client.stream("python", COUNT, stdin="") as stream:
        assert stream.finish()["status"] == "succeeded"
        assert stream.text() == "0\n"


def test_given_stdin_of_a_stream_ends(client):
    with client.stream("python", COUNT, stdin="12345") as stream:
        stream.finish()
        assert stream.text() == "5\n"


def test_absent_stdin_of_a_stream_stays_open(client):
    with client.stream("bash", "echo ready; read line; echo got $line") as stream:
        stream.wait_for_text("ready\n")
        answer = client.send_stdin(stream.run_id, b"hello\n")
        assert (answer.status, answer.body) == (204, b""), answer
        assert stream.finish()["exit_code"] == 0
        assert stream.text() == "ready\ngot hello\n"


def test_stdin_in_pieces_then_eof(client):
    run_id = client.start("python", COUNT)
    for _ in range(10):
        assert client.send_stdin(run_id, b"x" * 1000).status == 204
    assert client.send_stdin(run_id, b"last", eof=True).status == 204
    assert client.finished(run_id)["stdout"] == "10004\n"


def test_eof_without_a_body(client):
    run_id = client.start("python", COUNT)
    assert client.post(f"/v1/runs/{run_id}/stdin?eof=true").status == 204
    assert client.finished(run_id)["stdout"] == "0\n"


def test_binary_stdin(client):
    run_id = client.start("python", "import sys\nprint(sum(sys.stdin.buffer.read()))")
    data = bytes(range(256)) * 3
    assert client.send_stdin(run_id, data, eof=True).status == 204
    assert client.finished(run_id)["stdout"] == f"{sum(data)}\n"


def test_conversation_with_a_prompt_without_a_newline(client):
    """input() shows its prompt, which is no line, before it waits."""
    with client.stream("python", "name = input('name? ')\nprint('hello', name)") as stream:
        stream.wait_for_text("name? ")
        assert client.send_stdin(stream.run_id, b"Ada\n").status == 204
        stream.finish()
        assert stream.text() == "name? hello Ada\n"


def test_stdin_after_eof_and_after_the_end_is_a_conflict(client):
    run_id = client.start("bash", "cat; read -t 20 < <(sleep 20)")
    assert client.send_stdin(run_id, b"", eof=True).status == 204
    answer = client.send_stdin(run_id, b"more")
    assert (answer.status, answer.json()["code"]) == (409, "conflict"), answer
    client.stop(run_id)
    assert client.send_stdin(run_id, b"more").status == 409


def test_given_stdin_is_closed(client):
    run_id = client.start("python", "import time\ntime.sleep(20)", stdin="")
    assert client.send_stdin(run_id, b"more").status == 409


def test_stdin_that_nobody_reads_is_refused_past_the_buffer(client):
    run_id = client.start("python", "import time\nprint('up')\ntime.sleep(60)")
    wait_until(lambda: client.show(run_id)["stdout"] == "up\n", "the program")
    for _ in range(100):
        answer = client.send_stdin(run_id, b"x" * 500_000)
        if answer.status != 204:
            break
    assert answer.status == 413 and answer.json()["code"] == "too_large", answer
    assert client.stop(run_id)["stopped"] is True


def test_stdin_that_nobody_reads_holds_up_nobody(client):
    """The pipe is full and the program sleeps: the server answers others at once all the same."""
    with client.stream("python", "import time\nprint('up')\ntime.sleep(60)") as stream:
        stream.wait_for_text("up\n")
        assert client.send_stdin(stream.run_id, b"x" * 500_000).status == 204
        start = time.monotonic()
        assert client.get("/healthz").status == 200
        assert client.run("bash", "echo canary")["stdout"] == "canary\n"
        assert client.stop(stream.run_id)["stopped"] is True
        assert elapsed_ms(start) < 5000


def test_program_that_ends_while_stdin_is_written(client):
    """The broken pipe is nobody's failure."""
    run = client.run("python", "import sys\nsys.stdin.close()\nprint('done')", stdin="x" * 900_000)
    assert (run["status"], run["stdout"]) == ("succeeded", "done\n")


def test_large_stdin_arrives_whole(client):
    assert client.run("python", COUNT, stdin="x" * 900_000)["stdout"] == "900000\n"


def test_files_in_base64(client):
    data = bytes(range(256))
    files = [
        {"path": "main.py", "content": "print(sum(open('data/raw.bin', 'rb').read()))"},
        {"path": "data/raw.bin", "content": base64.b64encode(data).decode(), "encoding": "base64"},
    ]
    assert client.run("python", files=files)["stdout"] == f"{sum(data)}\n"


def test_one_file_needs_no_entry(client):
    run = client.run("python", files=[{"path": "odd_name.py", "content": "print('odd')"}])
    assert run["stdout"] == "odd\n", run


def test_files_with_difficult_names(client):
    names = [
        "sp ace.txt",
        "ünï/cödé ☀.txt",
        ".hidden",
        "-dash",
        "quote'\".txt",
        "deep/" * 20 + "end",
    ]
    files = [{"path": name, "content": name} for name in names]
    code = (
        "import sys\nfor name in sys.argv[1:]: assert open(name).read() == name, name\nprint('all')"
    )
    run = client.run("python", files=[{"path": "main.py", "content": code}, *files], args=names)
    assert run["stdout"] == "all\n", run


def test_work_folder_is_home_and_writable(client):
    code = "cd; pwd; echo $HOME; echo x > file && cat file; echo $TMPDIR; touch /tmp/x && echo ok"
    assert client.run("bash", code)["stdout"] == "/work\n/work\nx\n/tmp\nok\n"


@pytest.mark.parametrize(
    "language, code",
    [
        ("bash", "cat /dev/stdin >/dev/stdout; echo err >/dev/stderr"),
        ("python", "open('/dev/stdout', 'w').write(open('/dev/stdin').read())\n"
                   "open('/dev/stderr', 'w').write('err\\n')"),
        ("node", "const fs = require('fs');\nfs.writeFileSync('/dev/stdout', fs.readFileSync('/dev/stdin'));\n"
                 "fs.writeFileSync('/dev/stderr', 'err\\n')"),
    ],
)  # fmt: skip
def test_streams_can_be_opened_by_name(client, language, code):
    run = client.run(language, code, stdin="given\n")
    assert (run["exit_code"], run["stdout"], run["stderr"]) == (0, "given\n", "err\n"), run
