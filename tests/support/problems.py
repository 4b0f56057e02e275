"""The problem documents by which requests are refused."""


def problem_codes(contract):
    """The closed list of `code` in an OpenAPI document."""

    def find(node):
        if isinstance(node, dict):
            properties = node.get("properties")
            code = properties.get("code") if isinstance(properties, dict) else None
            if isinstance(code, dict) and "enum" in code:
                return code["enum"]
            node = list(node.values())
        if isinstance(node, list):
            return next(filter(None, map(find, node)), None)
        return None

    codes = find(contract)
    assert codes, "the contract has no list of problem codes"
    return codes


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
