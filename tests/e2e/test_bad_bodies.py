"""Bodies that are refused: each with a problem document, and nothing is started."""

import json
import time

import pytest

from support.problems import check_problem
from support.wait import elapsed_ms

GOOD = {"language": "bash", "code": "echo x"}


def with_(**fields):
    return {**GOOD, **fields}


def files(*paths, **more):
    return {"language": "bash", "files": [{"path": p, "content": "echo x"} for p in paths], **more}


def nested(depth):
    return '{"language":"bash","code":"","args":' + "[" * depth + "]" * depth + "}"


BODIES = [
    # broken JSON
    ("empty", "", 400, None),
    ("not json", "hello", 400, None),
    ("cut off", '{"language":"bash"', 400, None),
    ("trailing text", '{"language":"bash","code":""} x', 400, None),
    ("trailing comma", '{"language":"bash","code":"",}', 400, None),
    ("two documents", '{"language":"bash","code":""}{"language":"bash","code":""}', 400, None),
    ("single quotes", "{'language':'bash','code':''}", 400, None),
    ("NaN", '{"language":"bash","code":"","limits":{"wall_ms":NaN}}', 400, None),
    ("invalid UTF-8", b'{"language":"bash","code":"\xff"}', 400, None),
    ("lone surrogate", '{"language":"bash","code":"\\ud800"}', 400, None),
    ("bad escape", '{"language":"bash","code":"\\x41"}', 400, None),
    ("raw newline in a string", '{"language":"bash","code":"\n"}', 400, None),
    ("depth 65", nested(65), 400, None),
    ("depth 100,000", nested(100_000), 400, None),
    ("duplicate key", '{"language":"bash","code":"echo 1","code":"echo 2"}', 400, None),
    ("duplicate nested key", '{"language":"bash","code":"","env":{"A":"1","A":"2"}}', 400, None),
    (
        "number too large for any type",
        '{"language":"bash","code":"","limits":{"wall_ms":1e99999}}',
        (400, 422),
        None,
    ),
    # wrong shape
    ("array", [], 400, None),
    ("string", '"x"', 400, None),
    ("null", "null", 400, None),
    ("language is a number", with_(language=1), 400, "language"),
    ("code is a list", with_(code=["x"]), 400, "code"),
    ("code is null and files absent", with_(code=None), 400, None),
    ("args is a string", with_(args="x"), 400, "args"),
    ("args of numbers", with_(args=[1]), 400, "args"),
    ("env is a list", with_(env=[]), 400, "env"),
    ("env of numbers", with_(env={"A": 1}), 400, "env"),
    ("stdin is a number", with_(stdin=5), 400, "stdin"),
    ("limits is a number", with_(limits=5), 400, "limits"),
    ("limit is a string", with_(limits={"wall_ms": "100"}), 400, "limits.wall_ms"),
    ("limit is true", with_(limits={"tasks": True}), 400, "limits.tasks"),
    ("keep is a string", with_(keep="yes"), 400, "keep"),
    ("files is an object", {"language": "bash", "files": {}}, 400, "files"),
    ("file is a string", {"language": "bash", "files": ["x"]}, 400, "files"),
    # missing field
    ("no language", {"code": ""}, 400, "language"),
    ("no code and no files", {"language": "bash"}, 400, None),
    ("no files in files", {"language": "bash", "files": []}, 400, None),
    ("file without path", {"language": "bash", "files": [{"content": ""}]}, 400, "files"),
    ("file without content", {"language": "bash", "files": [{"path": "main.sh"}]}, 400, "files"),
    # unknown field
    ("unknown field", with_(colour="red"), 422, "colour"),
    ("field in other case", with_(Key="x"), 422, "Key"),
    ("unknown limit", with_(limits={"wall": 1}), 422, "wall"),
    ("unknown compile limit", with_(compile_limits={"tasks": 1}), 422, "tasks"),
    (
        "unknown file field",
        {"language": "bash", "files": [{"path": "a", "content": "", "mode": 7}]},
        422,
        "mode",
    ),
    # bad value
    ("unknown language", with_(language="cobol"), 422, "language"),
    ("empty language", with_(language=""), 422, "language"),
    ("language is a path", with_(language="../bash"), 422, "language"),
    ("wall 0", with_(limits={"wall_ms": 0}), 422, "limits.wall_ms"),
    ("wall -1", with_(limits={"wall_ms": -1}), 422, "limits.wall_ms"),
    ("wall 1.5", with_(limits={"wall_ms": 1.5}), (400, 422), "limits.wall_ms"),
    ("wall 300001", with_(limits={"wall_ms": 300_001}), 422, "limits.wall_ms"),
    ("wall 2^63", with_(limits={"wall_ms": 2**63}), 422, "limits.wall_ms"),
    ("wall 2^64", with_(limits={"wall_ms": 2**64}), 422, "limits.wall_ms"),
    ("wall 10^300", with_(limits={"wall_ms": 10**300}), 422, "limits.wall_ms"),
    ("wall 1e30", with_(limits={"wall_ms": 1e30}), 422, "limits.wall_ms"),
    ("tasks 0", with_(limits={"tasks": 0}), 422, "limits.tasks"),
    ("tasks 513", with_(limits={"tasks": 513}), 422, "limits.tasks"),
    ("memory 0", with_(limits={"memory_bytes": 0}), 422, "limits.memory_bytes"),
    ("memory above", with_(limits={"memory_bytes": (2 << 30) + 1}), 422, "limits.memory_bytes"),
    ("output above", with_(limits={"output_bytes": (4 << 30) + 1}), 422, "limits.output_bytes"),
    ("disk above", with_(limits={"disk_bytes": (1 << 30) + 1}), 422, "limits.disk_bytes"),
    ("compile wall -1", with_(compile_limits={"wall_ms": -1}), 422, "compile_limits.wall_ms"),
    ("on_output_limit", with_(on_output_limit="kill"), 422, "on_output_limit"),
    ("on_disconnect", with_(on_disconnect="ignore"), 422, "on_disconnect"),
    ("disconnect_grace_ms", with_(disconnect_grace_ms=-1), 422, "disconnect_grace_ms"),
    ("encoding", with_(encoding="latin1"), 422, "encoding"),
    ("key with a space", with_(key="a b"), 422, "key"),
    ("key with a slash", with_(key="a/b"), 422, "key"),
    ("empty key", with_(key=""), 422, "key"),
    ("key of 129", with_(key="k" * 129), 422, "key"),
    ("key not ascii", with_(key="ü"), 422, "key"),
    ("code and files", {**files("main.sh"), "code": "echo"}, 422, None),
    ("NUL in an argument", with_(args=["a\0b"]), 422, "args"),
    ("NUL in a variable", with_(env={"A": "a\0b"}), 422, "env"),
    ("name of a variable with =", with_(env={"A=B": "x"}), 422, "env"),
    ("empty name of a variable", with_(env={"": "x"}), 422, "env"),
    (
        "base64 that is none",
        {
            "language": "bash",
            "files": [{"path": "main.sh", "content": "%%%", "encoding": "base64"}],
        },
        422,
        "files",
    ),
    (
        "encoding of a file",
        {"language": "bash", "files": [{"path": "main.sh", "content": "", "encoding": "hex"}]},
        422,
        "files",
    ),
    ("path up", files("../main.sh", entry="../main.sh"), 422, "files"),
    ("path far up", files("a/../../main.sh"), 422, "files"),
    ("path up at the end", files("main.sh", "a/.."), 422, "files"),
    ("absolute path", files("/etc/cron.d/x"), 422, "files"),
    ("empty path", files(""), 422, "files"),
    ("dot", files("."), 422, "files"),
    ("dot inside", files("a/./b"), 422, "files"),
    ("empty part", files("a//b"), 422, "files"),
    ("folder", files("a/"), 422, "files"),
    ("NUL in a path", files("a\0b"), 422, "files"),
    ("backslash", files("..\\..\\x"), 422, "files"),
    ("long part", files("x" * 256), 422, "files"),
    ("long path", files("/".join(["x" * 100] * 60)), 422, "files"),
    ("same path twice", files("main.sh", "main.sh"), 422, "files"),
    ("file as a folder", files("a", "a/b", entry="a"), 422, "files"),
    ("entry is no file", files("main.sh", entry="other.sh"), 422, "entry"),
    ("entry up", with_(entry="../x"), 422, "entry"),
    ("no way to tell the entry", files("a.sh", "b.sh"), 422, None),
]


@pytest.mark.parametrize("body, status, field", [b[1:] for b in BODIES], ids=[b[0] for b in BODIES])
def test_refused_body(client, problem_codes, body, status, field):
    before = client.newest_id()
    answer = client.post("/v1/runs", body)
    problem = check_problem(answer, status, problem_codes)
    if field:
        assert field in problem["field"], problem
    assert client.newest_id() == before, "a run was started"


@pytest.mark.parametrize("accept", ["text/event-stream", "application/x-ndjson"])
def test_refusals_of_streams_are_the_same(client, problem_codes, accept):
    answer = client.post("/v1/runs", with_(limits={"wall_ms": -1}), {"Accept": accept})
    check_problem(answer, 422, problem_codes)


def test_refusals_are_quick(client):
    start = time.monotonic()
    assert client.post("/v1/runs", nested(400_000)).status == 400
    assert elapsed_ms(start) < 2000


def test_many_keys_are_no_problem_for_the_server(client):
    body = json.dumps(with_(env={f"V{number}": "" for number in range(60_000)}))
    start = time.monotonic()
    assert client.post("/v1/runs", body).status in (400, 413, 422)
    assert elapsed_ms(start) < 3000
