"""Which numbers of the published attack list are tried, where, and why some are not."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from support.corpus import FILE_NAME, FOLDER

TESTS = FOLDER.parent
FUNCTION = re.compile(r"^(?:async )?def test_(\d{3})_\w+", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A section of the list. `elsewhere`: number -> tests; `not_run`: number -> reason."""

    name: str
    title: str
    numbers: tuple
    elsewhere: dict = field(default_factory=dict)
    not_run: dict = field(default_factory=dict)


def sections():
    """All of them, with what sections/NAME.toml says, if it is there."""
    published = tomllib.loads((FOLDER / "published.toml").read_text())
    return [
        Section(name, data["title"], tuple(data["numbers"]), **notes(name))
        for name, data in published.items()
    ]


def notes(name):
    path = FOLDER / "sections" / f"{name}.toml"
    tables = tomllib.loads(path.read_text()) if path.exists() else {}
    return {table: {int(n): text for n, text in tables[table].items()} for table in tables}


def tried():
    """Numbers that have a case or a test function in this folder, with their names."""
    names = {}
    for path in sorted(FOLDER.iterdir()):
        if FILE_NAME.fullmatch(path.name):
            names.setdefault(int(path.name[:3]), []).append(path.name)
        elif path.name.startswith("test_"):
            for match in FUNCTION.finditer(path.read_text()):
                names.setdefault(int(match[1]), []).append(f"{path.name}::{match[0].split()[-1]}")
    return names


def missing_tests(text):
    """Which of the tests `FILE::FUNCTION …` in a line of `elsewhere` do not exist."""
    found = [test.partition("::")[::2] for test in text.split()]
    return [
        f"{file}::{function}"
        for file, function in found
        if not (TESTS / file).is_file()
        or not re.search(rf"^(async )?def {function}\b", Path(TESTS / file).read_text(), re.MULTILINE)
    ]
