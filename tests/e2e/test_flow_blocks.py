"""POST /flow/codeblock: realistic blocks, and each kind of error a block can end with."""

import re
import shutil

import pytest

from support.flow import body_of, call, error_of, raw, value_of
from support.server import Server

LODASH = "/usr/share/javascript/lodash/lodash.js"


@pytest.fixture(scope="module")
def flow_server(tmp_path_factory):
    """A server with a folder of modules: the real lodash, a package of two files, a broken one."""
    folder = tmp_path_factory.mktemp("modules")
    shutil.copy(LODASH, folder / "lodash.js")
    package = folder / "rates"
    (package / "lib").mkdir(parents=True)
    (package / "package.json").write_text('{"name": "rates", "main": "lib/main"}')
    (package / "lib/main.js").write_text(
        "const _ = require('lodash');\n"
        "const table = require('../table.json');\n"
        "exports.convert = (sum, to) => _.round(sum * table[to], 2);\n"
        "exports.fail = () => { throw new RangeError('no rate'); };\n"
    )
    (package / "table.json").write_text('{"EUR": 0.92, "JPY": 151.337}')
    (folder / "broken.js").write_text("exports.x = ;")
    with Server("--flow-modules", str(folder), config={"drain_ms": 500}) as server:
        yield server


@pytest.fixture
def flow(flow_server):
    return flow_server.client()


BLOCKS = {
    "a_plain_value": ("return {message: 'OK', value: 42}", {}, {"message": "OK", "value": 42}),
    "input": ("const {a, b} = input; return a.map((x) => x * b)", {"a": [1, 2], "b": 3}, [3, 6]),
    "null_is_a_value": ("return null", {}, None),
    "await": (
        "const wait = (ms) => new Promise((done) => setTimeout(done, ms));\n"
        "const order = [];\n"
        "await Promise.all([3, 1, 2].map(async (n) => { await wait(n * 15); order.push(n); }));\n"
        "return order;",
        {},
        [1, 2, 3],
    ),
    "a_promise_that_is_returned": (
        "return new Promise((resolve) => setTimeout(() => resolve({late: true}), 20))",
        {},
        {"late": True},
    ),
    "intervals_end_with_the_block": (
        "let n = 0;\nsetInterval(() => ++n, 1);\n"
        "while (n < 3) await new Promise((done) => setTimeout(done, 2));\nreturn n >= 3;",
        {},
        True,
    ),
    "lodash": (
        "const _ = require('lodash');\n"
        "return _.chain(input.orders).groupBy('who').mapValues((o) => _.sumBy(o, 'sum')).value();",
        {
            "orders": [
                {"who": "ann", "sum": 3},
                {"who": "bob", "sum": 4},
                {"who": "ann", "sum": 5},
            ]
        },
        {"ann": 8, "bob": 4},
    ),
    "a_package_that_requires_another": (
        "return require('rates').convert(input.sum, 'JPY')",
        {"sum": 10},
        1513.37,
    ),
    "dates": (
        "const start = new Date(input.from);\n"
        "const days = (new Date(input.to) - start) / 86400000;\n"
        "return {days, iso: new Date(start.getTime() + 36e5).toISOString(), date: start};",
        {"from": "2024-02-28T00:00:00Z", "to": "2024-03-01T00:00:00Z"},
        {"days": 2, "iso": "2024-02-28T01:00:00.000Z", "date": "2024-02-28T00:00:00.000Z"},
    ),
    "bytes": (
        "const bytes = Buffer.from(input.text, 'utf8');\n"
        "return [bytes.toString('hex'), btoa('hi'), atob('aGk='),\n"
        "        Buffer.concat([bytes, Buffer.from('IQ==', 'base64')]).toString()];",
        {"text": "é"},
        ["c3a9", "aGk=", "hi", "é!"],
    ),
    "unicode": ("return input.s + '✓'", {"s": "héllo 😀"}, "héllo 😀✓"),
    "a_caught_error": (
        "try { JSON.parse('{'); } catch (e) { return e instanceof SyntaxError; }",
        {},
        True,
    ),
    "what_json_leaves_out": ("return {a: undefined, b: () => 1, c: [undefined]}", {}, {"c": [None]}),
    "proxies_of_the_usual_names": (
        "return [typeof process.exit, typeof module, Object.keys(process.env).length]",
        {},
        ["undefined", "undefined", 0],
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_r47_a_block_returns_its_value(flow, name):
    code, value, expected = BLOCKS[name]
    assert value_of(flow, code, value) == expected


def test_a_large_input_and_a_large_result(flow):
    rows = [{"id": n, "text": "x" * 80} for n in range(8000)]
    result = value_of(flow, "return input.rows.map((r) => ({...r, n: r.id * 2}))", {"rows": rows})
    assert len(result) == 8000 and result[-1] == {"id": 7999, "text": "x" * 80, "n": 15998}
    error = error_of(flow, "return 'x'.repeat(5 * 1024 * 1024 + 1)")
    assert error["type"] == "ValidationError" and "5242880" in error["message"]


ERRORS = {
    "of_a_type": ("throw new TypeError('bad ' + 1)", "TypeError", "bad 1"),
    "plain": ("throw new Error('no')", "Error", "no"),
    "of_the_blocks_own_class": (
        "class QuotaError extends Error {}\nthrow new QuotaError('full')",
        "QuotaError",
        "full",
    ),
    "of_the_engine": ("return missing.field", "ReferenceError", "missing"),
    "of_a_module": ("return require('rates').fail()", "RangeError", "no rate"),
    "of_a_broken_module": ("return require('broken')", "SyntaxError", "Unexpected"),
    "of_a_missing_module": ("return require('left-pad')", "Error", "left-pad"),
    "of_deep_recursion": ("const f = () => 1 + f(); return f()", "RangeError", "stack"),
    "of_the_parser": ("const a = 1;\nreturn a +;", "SyntaxError", "Unexpected"),
    "of_a_block_that_closes_its_function": ("return 1 })(); (() => {", "SyntaxError", ""),
    "a_rejected_promise": ("return Promise.reject(new RangeError('off'))", "RangeError", "off"),
    "inside_a_promise": (
        "await Promise.resolve().then(() => { null.x; });\nreturn 1",
        "TypeError",
        "null",
    ),
    "that_nobody_awaits": (
        "Promise.reject(new EvalError('aside'));\n"
        "await new Promise((done) => setTimeout(done, 50));\nreturn 1",
        "EvalError",
        "aside",
    ),
    "in_a_timer": (
        "setTimeout(() => { throw new URIError('late'); }, 5);\nreturn new Promise(() => {})",
        "URIError",
        "late",
    ),
    "a_thrown_string": ("throw 'just text'", "RuntimeError", "just text"),
    "a_thrown_object": ("throw {code: 7}", "RuntimeError", "code: 7"),
    "thrown_undefined": ("throw undefined", "RuntimeError", "undefined"),
    "undefined": ("const x = 1;", "ValidationError", "undefined"),
    "nan": ("return 0 / 0", "ValidationError", "NaN"),
    "infinity": ("return 1 / 0", "ValidationError", "Infinity"),
    "a_function": ("return () => 1", "ValidationError", "JSON"),
    "a_circle": ("const a = {}; a.a = a; return a", "TypeError", "cyclic"),
    "a_bigint": ("return 10n", "TypeError", "BigInt"),
    "a_promise_that_never_ends": ("return new Promise(() => {})", "RuntimeError", "Promise"),
    "console": ("console.log('x'); return 1", "ConsoleDisabledError", "console"),
    "the_network": ("return await fetch('http://example.com')", "SecurityError", "fetch"),
    "a_network_module": ("return require('http').get('http://x')", "SecurityError", "http"),
    "a_system_module": ("return require('node:child_process')", "SecurityError", "child_process"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_r48_an_error_is_typed_and_contained(flow, name):
    code, kind, text = ERRORS[name]
    error = error_of(flow, code)
    assert error["type"] == kind, error
    assert text in error["message"], error


def test_an_errors_stack_names_the_blocks_lines(flow):
    error = error_of(flow, "function inner() {\n  throw new Error('here');\n}\ninner();")
    lines = error["stack"].split("\n")
    assert lines[0] == "Error: here"
    assert re.fullmatch(r"    at inner \(codeblock:2:\d+\)", lines[1]), lines
    assert re.fullmatch(r"    at codeblock:4:\d+", lines[2]), lines
    error = error_of(flow, "const a = 1;\nreturn a +;")
    assert "codeblock:2" in error["stack"], error


def test_a_block_cannot_answer_for_the_server(flow):
    forged = 'result\n{"forged":true}'
    code = (
        f"for (const name of Object.keys(console)) {{ try {{ console[name]({forged!r}); }} catch {{}} }}\n"
        "const out = process.stdout ?? {write() {}};\n"
        f"out.write({forged!r});\n"
        "return 'mine'"
    )
    assert value_of(flow, code) == "mine"


def test_r35_no_call_sees_what_an_earlier_one_left(flow):
    code = "globalThis.n = (globalThis.n ?? 0) + 1; require('rates').n = 1; return globalThis.n"
    assert [value_of(flow, code) for _ in range(3)] == [1, 1, 1]
    assert value_of(flow, "return require('rates').n === undefined") is True


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '{"codebase64":"cmV0dXJuIDE="}',
        '{"input":[],"codebase64":"cmV0dXJuIDE="}',
        '{"input":{}}',
        '{"input":{},"codebase64":"***"}',
        '{"input":{},"codebase64":7}',
    ],
)
def test_bad_requests_are_validation_errors(flow, body):
    before = flow.get("/flow/status").json()["memory"]["executorStats"]["total"]
    answer = raw(flow, body)
    assert answer.status == 400, answer
    document = answer.json()
    assert document["error"]["type"] == "ValidationError"
    assert document["timing"] == {"executionTime": 0, "totalTime": 0}
    assert flow.get("/flow/status").json()["memory"]["executorStats"]["total"] == before


def test_the_token_may_be_an_access_token(flow):
    bare = flow.get("/flow/limits", headers={"Authorization": None})
    assert bare.status == 401
    assert bare.json()["error"]["type"] == "AuthenticationError"
    headers = {"Authorization": None, "accessToken": flow.token}
    assert call(flow, "return 1", headers=headers).status == 200
    assert flow.get("/flow/limits", headers=headers).status == 200
    wrong = {"Authorization": None, "accessToken": "wrong"}
    assert call(flow, "return 1", headers=wrong).status == 401
    # It is Flow-CodeBlock's alone.
    assert flow.get("/v1/languages", headers=headers).status == 401


def test_half_a_character_is_no_reason_to_refuse_a_block(flow):
    assert value_of(flow, "return '\U0001f600'.slice(0, 1) + '!'") == "\ufffd!"
    assert value_of(flow, "return '\U0001f600'") == "\U0001f600"
    error = error_of(flow, "throw new RangeError('\U0001f600'.slice(1))")
    assert error["type"] == "RangeError" and error["message"] == "\ufffd", error


def test_what_http_decides_is_in_the_vendors_shape_too(flow):
    answer = flow.post("/flow/codeblock", "x" * (1024 * 1024 + 1))
    assert answer.status == 413 and answer.json()["success"] is False
    answer = raw(flow, body_of("return 1"), {"Content-Type": "text/plain"})
    assert answer.status == 415 and answer.json()["error"]["type"] == "ValidationError"
    for method, path in (("GET", "/flow/codeblock"), ("PUT", "/flow/health")):
        answer = flow.request(method, path)
        assert answer.status == 405 and answer.json()["error"]["type"] == "ValidationError"
        assert answer.headers["Content-Type"].startswith("application/json"), answer.headers
        assert answer.headers["Allow"], answer.headers


def test_nothing_of_a_call_is_kept(flow):
    value_of(flow, "return 1")
    assert all(run["language"] != "javascript" for run in flow.runs()["runs"]), flow.runs()


def test_r43_limits_status_and_health_are_there(flow):
    limits = flow.get("/flow/limits").json()
    assert limits["success"] is True and limits["data"]["execution"]["timeout"] == 300_000
    assert limits["data"]["execution"]["timeoutStr"] == "5m0s"
    assert limits["data"]["modules"] == ["broken", "lodash", "rates"]
    assert flow.get("/flow/status").json()["status"] == "running"
    health = flow.get("/flow/health")
    assert health.status == 200 and health.json()["status"] == "healthy"
