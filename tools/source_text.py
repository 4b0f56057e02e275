"""What the lint rules look at: C++ without comments and strings, the files of the repository."""

import re
import subprocess
from pathlib import Path

_TOKENS = re.compile(
    r"""
    (?P<comment>//(?:[^\n\\]|\\.|\\\n)*|/\*.*?\*/)
  | (?P<raw>R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
  | (?P<string>"(?:[^"\\\n]|\\.|\\\n)*")
  | (?P<number>\b\d[\w']*)
  | (?P<character>'(?:[^'\\\n]|\\.)+')
    """,
    re.VERBOSE | re.DOTALL,
)


def _blank(text):
    """As many line breaks as `text` has, so that line numbers stay."""
    return "\n" * text.count("\n")


def without_comments(text):
    """C++ whose comments are gone; line numbers stay."""
    return _TOKENS.sub(lambda m: _blank(m.group()) if m.group("comment") else m.group(), text)


def code_only(text):
    """C++ whose comments are gone and whose strings are empty; line numbers stay."""

    def replace(match):
        if match.group("comment"):
            return _blank(match.group())
        if match.group("number"):
            return match.group()
        return '""' + _blank(match.group())

    return _TOKENS.sub(replace, text)


def calls(code, name, system_if=""):
    """(line, arguments) of each call of a free function `name` in code_only text.

    Members (`x.open(…)`, `File::open(…)`) and declarations (`Result open(…)`) are no calls of it;
    nor, without `::` before the name, is one whose arguments do not match `system_if`.
    """
    pattern = re.compile(r"(?<![\w.>:])(?<!->)(?:(?:std)?::)?" + name + r"\s*\(")
    for match in pattern.finditer(code):
        before = code[: match.start()].rstrip()
        if before and (before[-1].isalnum() or before[-1] in "_>&*]"):
            word = re.search(r"\w*$", before).group()
            qualified = code[match.start() : match.end()].startswith("::")
            operator = before.endswith(("&&", "->")) or (qualified and before[-1] in ">&*")
            if word not in ("return", "case", "else", "do", "co_return", "co_await") and not operator:
                continue
        arguments = _arguments(code, match.end())
        if match.group().startswith("::") or re.search(system_if, arguments):
            yield code.count("\n", 0, match.start()) + 1, arguments


def _arguments(code, start):
    """The text from `start` to the parenthesis that closes the one before it."""
    depth = 1
    for index in range(start, len(code)):
        if code[index] in "([{":
            depth += 1
        elif code[index] in ")]}":
            depth -= 1
            if depth == 0:
                return code[start:index]
    return code[start:]


def split_arguments(text):
    """The arguments of a call, split at the commas that belong to it."""
    parts, depth, current = [], 0, ""
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += character
    parts.append(current.strip())
    return [part for part in parts if part]


def repository_files(root):
    """Every file that git tracks or would add, as paths relative to `root`, sorted."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={root}", "-C", str(root)]
        + ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
    ).stdout
    paths = (Path(name.decode()) for name in listed.split(b"\0") if name)
    return sorted(path for path in set(paths) if (root / path).is_file())
