"""Calls of POST /flow/codeblock, as its own clients make them."""

import base64
import json

SUCCESS = {"success", "result", "timing", "timestamp", "executionId"}
FAILURE = {"success", "error", "timing", "timestamp"}


def body_of(code, value=None):
    return {
        "input": {} if value is None else value,
        "codebase64": base64.b64encode(code.encode()).decode(),
    }


def call(client, code, value=None, headers=None):
    """The answer as it came."""
    return client.post("/flow/codeblock", body_of(code, value), headers)


def check_timing(document):
    """Both times are the whole request's."""
    timing = document["timing"]
    assert set(timing) == {"executionTime", "totalTime"}
    assert timing["executionTime"] == timing["totalTime"], timing


def value_of(client, code, value=None):
    """The result of a block that must succeed."""
    answer = call(client, code, value)
    assert answer.status == 200, answer
    document = answer.json()
    assert set(document) == SUCCESS and document["success"] is True, document
    check_timing(document)
    return document["result"]


def error_of(client, code, value=None, status=400):
    """The error of a block that must fail."""
    answer = call(client, code, value)
    assert answer.status == status, answer
    document = answer.json()
    assert set(document) == FAILURE and document["success"] is False, document
    assert {"type", "message"} <= set(document["error"]) <= {"type", "message", "stack"}
    check_timing(document)
    return document["error"]


def raw(client, text, headers=None):
    """A call with this text as its body."""
    body = text if isinstance(text, (bytes, str)) else json.dumps(text)
    return client.post("/flow/codeblock", body, headers)
