"""The page of threats under its check, and the check under pages that are wrong."""

from pathlib import Path

import check_threat_model

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = "| `root` | reading | `tests/corpus/layers/root.py` | all |\n"


def complaints_about(tmp_path, page):
    for name, text in (
        (check_threat_model.PAGE, page),
        (check_threat_model.LAYERS, 'kLayerNames =\n    {"root"};'),
        ("tests/corpus/layers/root.py", ""),
        ("docs/decisions/0013-a-choice.md", ""),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return check_threat_model.check(tmp_path)


def test_the_page_of_this_repository():
    assert check_threat_model.check(REPOSITORY) == []


def test_a_page_that_is_right(tmp_path):
    assert complaints_about(tmp_path, PAGE + "see `docs/decisions/0013`") == []


def test_a_layer_without_a_row(tmp_path):
    assert complaints_about(tmp_path, "nothing") == ["docs/threat-model.md: no row for the layer root"]


def test_a_row_that_is_no_layer(tmp_path):
    page = PAGE + "| `moat` | reading | `tests/corpus/layers/root.py` | all |\n"
    assert complaints_about(tmp_path, page) == ["docs/threat-model.md: moat is no layer of the program"]


def test_a_row_without_a_case(tmp_path):
    page = "| `root` | reading | trust | all |\n"
    assert complaints_about(tmp_path, page) == ["docs/threat-model.md: the layer root has no case"]


def test_names_of_what_does_not_exist(tmp_path):
    page = PAGE + "`tests/e2e/test_moat.py` and `999-moat.c`"
    assert complaints_about(tmp_path, page) == [
        "docs/threat-model.md: there is no tests/e2e/test_moat.py",
        "docs/threat-model.md: there is no 999-moat.c",
    ]
