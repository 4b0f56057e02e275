"""The problem documents by which requests are refused."""


def problem_codes(contract):
    """The closed list of `code` in an OpenAPI document."""
    schemas = contract["components"]["schemas"]
    code = schemas["Problem"]["properties"]["code"]
    if "$ref" in code:
        code = schemas[code["$ref"].rsplit("/", 1)[-1]]
    return code["enum"]


def check_problem(answer, status, codes):
    """The answer is a well-formed problem document with (one of) this status; returns it."""
    assert answer.status in (status if isinstance(status, tuple) else (status,)), answer
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    problem = answer.json()
    assert set(problem) <= {"type", "title", "status", "detail", "code", "field"}
    assert {"type", "title", "status", "detail", "code"} <= set(problem), problem
    assert problem["status"] == answer.status and problem["code"] in codes
    assert "/work" not in problem["detail"] and "/tmp" not in problem["detail"]
    return problem
