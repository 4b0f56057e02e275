"""The project's own rules, for the classes of bug that compilers do not see.

Each rule is a function from (path, text) to complaints; the exceptions, each with its reason, are
in lint_allow.txt. Usage: lint.py [REPOSITORY]
"""

import ast
import re
import sys
from pathlib import Path

import source_text
from source_text import calls, code_only, split_arguments

MAX_LINES = 400

# What makes a new descriptor, and what its arguments must say so that no child inherits it.
DESCRIPTOR_MAKERS = {
    "open": r"\bO_CLOEXEC\b",
    "open64": r"\bO_CLOEXEC\b",
    "openat": r"\bO_CLOEXEC\b",
    "openat2": r"\bO_CLOEXEC\b|\bhow\b",
    "memfd_create": r"\bMFD_CLOEXEC\b",
    "pipe2": r"\bO_CLOEXEC\b",
    "socket": r"\bSOCK_CLOEXEC\b",
    "socketpair": r"\bSOCK_CLOEXEC\b",
    "accept4": r"\bSOCK_CLOEXEC\b",
    "epoll_create1": r"\bEPOLL_CLOEXEC\b",
    "eventfd": r"\bEFD_CLOEXEC\b",
    "timerfd_create": r"\bTFD_CLOEXEC\b",
    "signalfd": r"\bSFD_CLOEXEC\b",
    "inotify_init1": r"\bIN_CLOEXEC\b",
}
# Some of our own functions have the same names: a call without `::` is the system's if it has these.
SYSTEM_FLAGS = {
    "open": r"\bO_[A-Z]+\b",
    "socket": r"\b[AP]F_[A-Z0-9]+\b",
    "accept": r"\b(?:nullptr|NULL|sockaddr)\b",
}
# These cannot be told to close on exec, and have a newer form that can.
WITHOUT_CLOEXEC = ("creat", "pipe", "accept", "dup", "dup2", "epoll_create", "inotify_init")

FORBIDDEN_WORDS = (
    (re.compile(r"/work/(?:main|shared|\.library)\b|/tmp/(?:lead|b-\w)|/\.pyenv/"), "a path of one machine"),
    (
        re.compile(
            r"\bregistry\.npmjs\.org|\b(?:deb|security|snapshot)\.debian\.org|\bpypi\.org"
            r"|\bfiles\.pythonhosted\.org|\bproxy\.golang\.org|\b(?:index|static)\.crates\.io"
            r"|\brepo1?\.maven\b"
        ),
        "the host of a package registry",
    ),
)
BINARY = (".png", ".jpg", ".ico", ".woff2", ".wasm")


def is_cpp(path):
    folders = ("src", "tests", "fuzz", "bench", "sdk")
    return path.suffix in (".h", ".cc", ".c") and path.parts[0] in folders


def is_payload(path):
    """Programs that are run inside a sandbox: some of them misbehave on purpose."""
    places = (("tests", "payloads"), ("runtimes",), ("web", "src", "examples"))
    is_attack = path.parts[:2] == ("tests", "corpus") and path.name[:3].isdigit()
    return is_attack or any(path.parts[: len(place)] == place for place in places)


def is_test(path):
    """Test code; `testing` folders hold what several tests share."""
    return path.parts[0] in ("tests", "fuzz") or path.stem.endswith("_test") or "testing" in path.parts


# --- rules: (path, text) -> (line, complaint) ----------------------------------------------------


def rule_shell(path, text):
    """No shell, and nothing that starts one: what reaches a shell is one bug away from a command."""
    if not is_cpp(path) or is_payload(path):
        return
    for name in ("system", "popen"):
        for line, _ in calls(code_only(text), name):
            yield line, f"{name}(): there is no shell in leash"
    if path.parts[0] == "src" and not is_test(path):
        for number, line in enumerate(source_text.without_comments(text).splitlines(), 1):
            if re.search(r'"/(?:usr/)?bin/(?:ba|da)?sh"', line):
                yield number, "a shell by name: commands of languages are data, in runtimes/"


def rule_remove_all(path, text):
    """Trees that a run could write are removed relative to descriptors, never by path."""
    if not is_cpp(path) or path.parts[0] != "src" or is_test(path):
        return
    for number, line in enumerate(code_only(text).splitlines(), 1):
        if re.search(r"\bremove_all\s*\(", line):
            yield number, "remove_all() follows what a run may have put there"


def rule_kill(path, text):
    """A process is a pidfd: by the time of the call a pid may belong to somebody else."""
    if not is_cpp(path) or is_payload(path) or is_test(path):
        return
    for name in ("kill", "killpg", "tgkill", "tkill"):
        for line, arguments in calls(code_only(text), name):
            if len(split_arguments(arguments)) >= 2:
                yield line, f"{name}() takes a pid; use the pidfd"


def rule_fork(path, text):
    """Processes are made in one place, born inside their cgroup."""
    if not is_cpp(path) or is_test(path):
        return
    for name in ("fork", "vfork", "_Fork", "daemon", "posix_spawn", "posix_spawnp"):
        for line, _ in calls(code_only(text), name):
            yield line, f"{name}(): a process that is not born inside its cgroup"


def rule_chown(path, text):
    """Owners and modes change through a descriptor: a path may be a link by then."""
    if not is_cpp(path) or path.parts[0] != "src" or is_test(path):
        return
    for name in ("chown", "lchown", "chmod"):
        for line, _ in calls(code_only(text), name):
            yield line, f"{name}() goes by a path; use f{name.lstrip('l')}()"


def rule_cloexec(path, text):
    """Descriptors close on exec from their birth; the sandbox's child makes and closes its own."""
    if not is_cpp(path) or is_payload(path) or path.parts[:3] == ("src", "sandbox", "child"):
        return
    code = code_only(text)
    for name, flag in DESCRIPTOR_MAKERS.items():
        for line, arguments in calls(code, name, system_if=SYSTEM_FLAGS.get(name, r"\S")):
            if not re.search(flag, arguments):
                yield line, f"{name}() without close-on-exec"
    for name in WITHOUT_CLOEXEC:
        for line, _ in calls(code, name, system_if=SYSTEM_FLAGS.get(name, r"\S")):
            yield line, f"{name}() cannot set close-on-exec; use its newer form"
    for line, arguments in calls(source_text.without_comments(text), "fopen"):
        if not re.search(r'"\w*e\w*"$', arguments.strip()):
            yield line, 'fopen() without "e" in its mode'


def rule_sleep(path, text):
    """Wait for an event with a deadline, never for time."""
    if is_payload(path):
        return
    if is_cpp(path):
        for name in ("sleep", "usleep", "nanosleep", "clock_nanosleep"):
            for line, _ in calls(code_only(text), name):
                yield line, f"{name}()"
        for number, line in enumerate(code_only(text).splitlines(), 1):
            if re.search(r"\bsleep_(?:for|until)\s*\(", line):
                yield number, "sleep_for() or sleep_until()"
    elif path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("time.sleep", "sleep", "asyncio.sleep"):
                yield node.lineno, f"{ast.unparse(node.func)}()"
    elif path.suffix in (".js", ".mjs", ".ts") and path.parts[0] == "tests":
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(r"\bwaitForTimeout\s*\(", line):
                yield number, "waitForTimeout()"


def rule_length(path, text):
    """A file of more lines holds more than one idea."""
    sources = (".h", ".cc", ".c", ".py", ".ts", ".js", ".mjs", ".css", ".sh", ".cmake")
    if path.suffix in sources or path.name in ("dev", "CMakeLists.txt"):
        lines = text.count("\n")
        if lines > MAX_LINES:
            yield lines, f"{lines} lines; more than {MAX_LINES}"


def rule_words(path, text):
    """What is true on one machine only, or names a service that others may not use."""
    if path.suffix in BINARY:
        return
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, what in FORBIDDEN_WORDS:
            if pattern.search(line):
                yield number, what


RULES = {
    name.removeprefix("rule_"): function
    for name, function in list(globals().items())
    if name.startswith("rule_")
}


# --- exceptions and the whole ---------------------------------------------------------------------


def read_allowed(text):
    """{(rule, path): reason} of lint_allow.txt."""
    allowed = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split(None, 2)
        if len(parts) != 3 or parts[0] not in RULES:
            raise SystemExit(f"tools/lint_allow.txt:{number}: not `RULE PATH REASON`: {line}")
        allowed[(parts[0], parts[1])] = parts[2]
    return allowed


def check_file(path, text):
    """(rule, line, complaint) for one file."""
    for name, rule in RULES.items():
        for line, complaint in rule(path, text):
            yield name, line, complaint


def check(root, allowed):
    """All complaints about a repository, and about exceptions that nothing needs."""
    complaints, used = [], set()
    for path in source_text.repository_files(root):
        text = (root / path).read_text(encoding="utf-8", errors="replace")
        for rule, line, complaint in check_file(path, text):
            if (rule, str(path)) in allowed:
                used.add((rule, str(path)))
            else:
                complaints.append(f"{path}:{line}: [{rule}] {complaint}")
    for rule, path in sorted(set(allowed) - used):
        complaints.append(f"tools/lint_allow.txt: {rule} {path}: nothing needs this exception")
    return complaints


def main(arguments):
    root = Path(arguments[0] if arguments else Path(__file__).resolve().parent.parent).resolve()
    complaints = check(root, read_allowed((root / "tools/lint_allow.txt").read_text()))
    for complaint in complaints:
        print(complaint)
    print(f"lint: {len(complaints)} complaints" if complaints else f"lint: {len(RULES)} rules hold")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
