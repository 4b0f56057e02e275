"""/api/coderun/run and /input: C# programs, their output, errors and input, in SharpPad's format."""

import pytest

from support.sharppad import Run, feed

HELLO = 'class P { static void Main() { System.Console.WriteLine("hello"); } }'
ENGLISH = {"Accept-Language": "en"}


def finished(client, *args, **fields):
    run = Run(client, *args, **fields)
    return run, run.finish()


def test_r1_a_program_is_run_and_streamed(client):
    run, result = finished(client, HELLO)
    assert run.events == [
        {"type": "output", "content": "hello\n"},
        {"type": "completed", "result": {"Output": "", "Error": ""}},
    ]


def test_r31_names_are_read_in_any_case_and_files_replace_the_source(client):
    body = {
        "files": [
            {"fileName": "Text.cs", "content": 'static class Text { public const string T = "t"; }'},
            {
                "FILENAME": "Program.cs",
                "Content": "class P { static void Main() { System.Console.Write(Text.T); } }",
                "isEntry": True,
            },
        ],
        "packages": [],
        "languageVersion": 700,
        "projectType": "Console",
        "breakpointLines": [1],
    }
    answer = client.post("/API/CodeRun/run", body)
    assert answer.status == 200
    assert answer.text.startswith('data: {"type":"output","content":"t"}\n\n')


def test_output_appears_when_it_is_printed(client):
    source = (
        "using System; using System.Threading; class P { static void Main() {"
        ' Console.Write("no line end"); Thread.Sleep(Timeout.Infinite); } }'
    )
    run = Run(client, source)
    run.wait_for_output("no line end")
    run.close()


def test_async_main_and_modern_syntax(client):
    source = (
        "using System; using System.Collections.Generic; using System.Linq;"
        " using System.Threading.Tasks;\n"
        "class P { static async Task<int> Main(string[] args) {"
        " await Task.Delay(20); (int a, string b) = (1, args[0]);"
        " dynamic d = new List<int> {3, 1, 2};"
        ' Console.WriteLine($"{a} {b} {string.Join(",", ((List<int>)d).OrderBy(x => x))}");'
        " return 0; } }"
    )
    run, result = finished(client, source)
    assert run.output() == "1 sharpPad 1,2,3\n" and result["Error"] == "", run.events


def test_each_compile_error_is_an_error_with_its_place(client):
    files = [
        {"FileName": "Program.cs", "Content": HELLO},
        {"FileName": "lib/Bad.cs", "Content": "class B {\n int x = missing;\n string s = 1;\n}"},
    ]
    run, result = finished(client, Files=files)
    assert result["Error"] == "Compilation error"
    assert [error.split("]")[0] for error in run.errors()] == ["[lib/Bad.cs:2", "[lib/Bad.cs:3"]
    assert "missing" in run.errors()[0]


def test_an_exception_is_an_execution_error(client):
    source = (
        "using System; class P { static void Main() {"
        ' Console.Error.WriteLine("careful"); throw new InvalidOperationException("boom"); } }'
    )
    run, result = finished(client, source)
    assert run.errors() == ["careful\n", "Execution error: boom"]
    assert result["Error"] == ""


def test_an_exit_code_is_told(client):
    source = "class P { static int Main() { return 3; } }"
    run, result = finished(client, source, ENGLISH)
    assert run.errors() == ["Process exited with code 3"]
    assert result["Error"] == "Process exited with code 3"


def test_a_program_without_main_is_told_so(client):
    run, result = finished(client, "class P { }", ENGLISH)
    assert "No entry point found" in run.errors()[0], run.events


def test_read_line_asks_and_takes_what_input_sends(client):
    source = (
        "using System; class P { static void Main() {"
        ' var a = Console.ReadLine(); var b = Console.ReadLine(); Console.WriteLine(a + "+" + b); } }'
    )
    run = Run(client, source, SessionId="session_1_input")
    run.wait_for_output("[INPUT REQUIRED] Please provide input: ")
    assert feed(client, "session_1_input", "one ✓") is True
    assert feed(client, "session_1_input", "two") is True
    run.finish()
    assert run.output().endswith("one ✓+two\n"), run.events
    assert feed(client, "session_1_input", "late") is False
    assert feed(client, "never-was", "x") is False


@pytest.mark.parametrize(
    "fields, text",
    [
        ({"Packages": [{"Id": "Newtonsoft.Json", "Version": "13.0.3"}]}, "Newtonsoft.Json"),
        ({"ProjectType": "winforms"}, "WinForms can only run on Windows"),
        ({"ProjectType": "avalonia"}, "Avalonia"),
        ({"SourceCode": "using System.Windows.Forms; class P { }"}, "WinForms"),
    ],
)
def test_what_cannot_be_served_says_why(client, fields, text):
    before = client.newest_id()
    run, result = finished(client, **{"SourceCode": HELLO, **fields})
    assert len(run.errors()) == 1 and text in run.errors()[0]
    assert result["Error"] == run.errors()[0] and run.output() == ""
    assert client.newest_id() == before


def test_r28_messages_follow_accept_language(client):
    fields = {"Packages": [{"Id": "X"}]}
    assert "没有网络" in finished(client, HELLO, **fields)[1]["Error"]
    assert "no network" in finished(client, HELLO, ENGLISH, **fields)[1]["Error"]


@pytest.mark.parametrize(
    "body, field",
    [
        ("{", None),
        ("[]", None),
        ({"SourceCode": 5}, "SourceCode"),
        ({"Files": [{"FileName": "../../etc/x.cs", "Content": ""}]}, "Files[0].FileName"),
        ({"SourceCode": "", "SessionId": "no spaces"}, "SessionId"),
        ({"SourceCode": "", "SessionId": "x" * 129}, "SessionId"),
    ],
)
def test_r18_bad_requests_are_400_and_start_nothing(client, body, field):
    before = client.newest_id()
    answer = client.post("/api/coderun/run", body)
    assert answer.status == 400, answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["field"] == field
    assert client.newest_id() == before


def test_what_is_not_offered_is_404(client):
    for path in ("/api/coderun/buildExe", "/completion/complete", "/api/coderun/downloadBuild/1"):
        answer = client.post(path, {})
        assert answer.status == 404 and answer.json()["code"] == "not_found", path


def test_input_needs_a_session_id(client):
    for body in ({}, {"SessionId": "", "Input": "x"}, {"SessionId": None}):
        answer = client.post("/api/coderun/input", body)
        assert (answer.status, answer.text) == (400, "SessionId is required")


def test_r8_a_run_ends_at_the_endpoints_own_limit(own_server):
    server = own_server(config={"sharppad_wall_ms": 2000})
    client = server.client()
    run = Run(client, "class P { static void Main() { for (;;) { } } }", ENGLISH)
    assert run.finish()["Error"] == "Code execution timed out (2s)"
    assert client.runs()["runs"][0]["cause"] == "wall_limit"
