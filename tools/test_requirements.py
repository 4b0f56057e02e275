"""docs/requirements.md is whole: every requirement has a row, and every test it names exists."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
TEXT = (REPOSITORY / "docs/requirements.md").read_text()
ROWS = dict(re.findall(r"^\| R(\d+) \| (.*) \|$", TEXT, re.M))
CITATION = re.compile(r"`([\w./-]+\.(?:py|cc|h|ts))`(?:: ((?:(?:`\w+`|\"[^\"]+\")(?:, )?)+))?")


def test_every_requirement_has_a_row():
    assert sorted(map(int, ROWS)) == list(range(1, 81))


@pytest.mark.parametrize("number", sorted(ROWS, key=int), ids=lambda number: f"R{number}")
def test_what_a_row_names_is_there(number):
    citations = CITATION.findall(ROWS[number])
    assert citations or ".ci/run" in ROWS[number], ROWS[number]
    for path, names in citations:
        source = (REPOSITORY / path).read_text()
        for name in re.findall(r'`(\w+)`|"([^"]+)"', names):
            wanted = "".join(name)
            assert wanted in source, f"{path} has no {wanted}"
