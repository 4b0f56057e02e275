"""Every attack of this folder is carried out, and every published number is accounted for."""

import pytest

from support.corpus import FOLDER, all_cases
from support.corpus_index import missing_tests, sections, tried

CASES = all_cases()
SECTIONS = sections()


@pytest.mark.timeout(90)
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_attack(shared_arena, record_property, case):
    played = shared_arena.play(case)
    for name, value in played.row().items():
        record_property(name, value)
    assert not played.problems, str(played)


@pytest.mark.parametrize("section", SECTIONS, ids=[section.name for section in SECTIONS])
def test_every_number_is_accounted_for(section):
    """It is tried here or elsewhere, or a reason is given; not both."""
    done = set(tried()) | set(section.elsewhere)
    numbers, not_run = set(section.numbers), set(section.not_run)
    assert sorted(numbers - done - not_run) == [], "neither tried nor is there a reason"
    assert sorted(done & not_run) == [], "tried, and a reason why not"
    assert sorted((set(section.elsewhere) | not_run) - numbers) == [], "not of this section"


@pytest.mark.parametrize("section", SECTIONS, ids=[section.name for section in SECTIONS])
def test_what_is_tested_elsewhere_is_there(section):
    for number, text in section.elsewhere.items():
        assert missing_tests(text) == [], number


def test_layers_are_named_as_the_doctor_names_them(shared_arena):
    able = shared_arena.client.get("/v1/capabilities").json()
    layers = {layer["name"] for layer in able["layers"]}
    for case in CASES:
        assert set(case.layers) <= layers, (case.name, case.layers)


def test_no_other_files_are_in_the_folder():
    """A case whose name is not as it should be would not be carried out."""
    names = {path.name for path in FOLDER.iterdir() if path.is_file()}
    others = {name for name in names - {case.name for case in CASES} if name[:5] != "test_"}
    assert others <= {"conftest.py", "published.toml"}, others
