"""The attack corpus as data: what a file of tests/corpus asks for and what it expects.

A case is one program, `NNN-name.EXTENSION`. The comment at its head says in prose what is tried and
why it must fail; its last paragraph has a `key: value` on each line:

  expect      what the Run object must be, all of it: `cause=exit exit_code=0 usage.peak_tasks<=32`.
              Comparisons are = <= >= < >; `a|b` allows either; numbers may end in K, M or G.
              Several lines are alternatives: one of them must hold.
  sees        a regular expression that stdout must have, lines by themselves (may be repeated)
  never       one that stdout and stderr must not have (may be repeated)
  attempt     what stands for "ATTEMPT ok" in stdout, stderr or the compiler's output, for a case
              that is no program; a regular expression
  layer       the layers of the sandbox, named as in `leash doctor`, without any one of which this
              case must fail
  limits      `wall_ms=2000 memory_bytes=64M`; also compile_limits
  args        arguments, split as a shell would; {port}, {spawner}, {http}, {sentinel} and {state}
              are filled in
  stdin       text, then end of input
  stop        when this text was printed the run is stopped; with `grace`, in milliseconds
  request     further fields of the request, as JSON
  language    when it is not what the extension says
  seconds     how long the whole case may take (30)
"""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "corpus"
LAYERS = FOLDER / "layers"
LANGUAGES = {
    ".c": "c",
    ".cpp": "cpp",
    ".py": "python",
    ".sh": "bash",
    ".js": "javascript",
    ".mjs": "node",
    ".cs": "csharp",
    ".java": "java",
}
FILE_NAME = re.compile(r"(\d{3})-([a-z0-9-]+)(\.[a-z]+)")
LAYER_FILE_NAME = re.compile(r"()([a-z_]+)(\.[a-z]+)")
COMMENT = re.compile(r"(?://|#)(?!include|define)\s?(.*)")
KEY = re.compile(r"([a-z_]+): +(.*)")
MANY = ("expect", "sees", "never")
ONE = (
    "attempt", "layer", "limits", "compile_limits", "args", "stdin", "stop", "grace", "request",
    "language", "seconds",
)  # fmt: skip
ATTEMPT = r"^ATTEMPT ok"
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
TERM = re.compile(r"([a-z_.]+)(<=|>=|=|<|>)(\S*)")
COMPARE = {
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


@dataclass(frozen=True)
class Case:
    """One attack, as its file tells it."""

    number: int
    name: str
    language: str
    code: str
    expect: tuple
    sees: tuple = ()
    never: tuple = ()
    attempt: str = ATTEMPT
    layers: tuple = ()
    args: str = ""
    stop: str = ""
    grace: int = 0
    seconds: float = 30.0
    request: dict = field(default_factory=dict)

    def body(self, names, env):
        """The request, with `names` filled into the arguments."""
        args = [part.format_map(names) for part in shlex.split(self.args)]
        given = self.request.get("env", {})
        return {**self.request, "args": args, "env": {**given, **env}}


def parse(path):
    """The case in this file; fails when its head is not as described above."""
    match = (LAYER_FILE_NAME if path.parent == LAYERS else FILE_NAME).fullmatch(path.name)
    assert match and match[3] in LANGUAGES, f"{path.name}: not NNN-name.extension"
    text = path.read_text()
    keys = head(path.name, text)
    assert keys["expect"], f"{path.name}: expects nothing"
    for line in keys["expect"]:
        terms(line)
    request = json.loads(keys.get("request", "{}"))
    for name in ("limits", "compile_limits"):
        if name in keys:
            pairs = (part.split("=") for part in keys[name].split())
            request[name] = {limit: number(value) for limit, value in pairs}
    if "stdin" in keys:
        request["stdin"] = keys["stdin"]
    return Case(
        number=int(match[1] or 0),
        name=path.name,
        language=keys.get("language", LANGUAGES[match[3]]),
        code=text,
        expect=tuple(keys["expect"]),
        sees=tuple(keys["sees"]),
        never=tuple(keys["never"]),
        attempt=keys.get("attempt", ATTEMPT),
        layers=tuple(keys.get("layer", "").split()),
        args=keys.get("args", ""),
        stop=keys.get("stop", ""),
        grace=int(keys.get("grace", 0)),
        seconds=float(keys.get("seconds", 30)),
        request=request,
    )


def head(name, text):
    """The keys: the last paragraph of the comment that a file begins with."""
    lines = text.splitlines()
    paragraph = []
    for line in lines[1:] if lines[0].startswith("#!") else lines:
        comment = COMMENT.fullmatch(line)
        if not comment:
            break
        paragraph = [*paragraph, comment[1]] if comment[1] else []
    keys = {key: [] for key in MANY}
    for line in paragraph:
        match = KEY.fullmatch(line)
        assert match and match[1] in MANY + ONE, f"{name}: not a `key: value`: {line}"
        if match[1] in MANY:
            keys[match[1]].append(match[2])
        else:
            assert match[1] not in keys, f"{name}: {match[1]} twice"
            keys[match[1]] = match[2]
    return keys


def all_cases(folder=FOLDER):
    """Every case, in the order of their numbers."""
    files = (path for path in folder.iterdir() if FILE_NAME.fullmatch(path.name))
    return [parse(path) for path in sorted(files)]


# --- expectations ----------------------------------------------------------------------------------


def number(text):
    return int(text[:-1]) * UNITS[text[-1]] if text[-1:] in UNITS else json.loads(text)


def terms(line):
    """The comparisons of an `expect` line: field, operator, value."""
    matches = [TERM.fullmatch(part) for part in line.split()]
    assert matches and all(matches), f"not an expectation: {line}"
    return [match.groups() for match in matches]


def value_of(run, path):
    for part in path.split("."):
        run = run[part] if isinstance(run, dict) else None
    return run


def holds(run, field, operator, wanted):
    value = value_of(run, field)
    if operator == "=":
        said = value if isinstance(value, str) else json.dumps(value)
        return said in wanted.split("|") or (is_number(value) and is_one_of(value, wanted))
    return is_number(value) and COMPARE[operator](value, number(wanted))


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_one_of(value, wanted):
    return any(re.fullmatch(r"[\d.]+[KMG]?", w) and number(w) == value for w in wanted.split("|"))


def unmet(case, run, stdout, stderr, compiler=""):
    """What of the case's expectation does not hold, in words; empty when all is as expected."""
    found = []
    if not re.search(case.attempt, f"{stdout}\n{stderr}\n{compiler}", re.MULTILINE):
        found.append(f"the attack was not carried out: no {case.attempt}")
    wrong = [[term for term in terms(line) if not holds(run, *term)] for line in case.expect]
    if all(wrong):
        told = (" ".join("".join(t) + f" (is {value_of(run, t[0])})" for t in w) for w in wrong)
        found.append("not as expected: " + " | ".join(told))
    for pattern in case.sees:
        if not re.search(pattern, stdout, re.MULTILINE):
            found.append(f"stdout has no {pattern}")
    for pattern in case.never:
        for name, text in (("stdout", stdout), ("stderr", stderr)):
            if re.search(pattern, text, re.MULTILINE):
                found.append(f"{name} has {pattern}")
    return found
