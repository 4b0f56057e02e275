"""The benchmarks' own arithmetic and report: what is said must be what was measured."""

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

BENCH = Path(__file__).resolve().parent.parent / "bench"
sys.path.insert(0, str(BENCH))

from harness import chart, load, measure, report, stats  # noqa: E402
from harness.benchmark import (  # noqa: E402
    Benchmark,
    Outcome,
    Ratio,
    compare_median,
    compare_p99,
    compare_rate,
)

SVG = "{http://www.w3.org/2000/svg}"


def summary(*values, unit="ms"):
    return stats.Summary.of(values, unit)


# --- statistics ------------------------------------------------------------------------------------


def test_percentiles_are_values_that_were_measured():
    values = list(range(200, 0, -1))
    assert stats.percentile(values, 0.99) == 198
    assert stats.percentile([5], 0.99) == 5
    assert stats.percentile(values, 0.001) == 1


def test_a_summary_has_all_that_is_told():
    one = summary(3, 1, 2, 10)
    assert (one.count, one.minimum, one.median, one.p99, one.maximum) == (4, 1, 2.5, 10, 10)
    with pytest.raises(ValueError):
        stats.Summary.of([])


def test_medians_find_every_number_however_deep_and_whichever_answers_have_it():
    answers = [
        {"total_ms": 1, "stages": {"claim": 0.1, "deep": {"x": 5}}, "warm": True, "why": "text"},
        {"total_ms": 3, "stages": {"claim": 0.3}, "new_ms": None},
        {"total_ms": 2, "stages": {"claim": 0.2, "late": 7}},
    ]
    assert stats.medians(answers) == {
        "total_ms": 2, "stages.claim": 0.2, "stages.deep.x": 5, "stages.late": 7,
    }  # fmt: skip


def test_turns_alternate_after_the_warm_up():
    calls = []
    series = measure.in_turns(
        lambda: calls.append("A"), lambda: calls.append("B"), rounds=2, each=2, warm_up=1
    )
    assert "".join(calls) == "AB" + "AABBAABB"
    assert [(len(ours), len(peer)) for ours, peer in series.rounds] == [(2, 2), (2, 2)]
    assert len(series.ours) == len(series.peer) == 4


def test_the_ratio_is_the_median_of_the_rounds_so_a_slow_minute_does_not_show():
    slow_minute = [([1, 1], [10, 10]), ([50, 50], [500, 500]), ([2, 2], [10, 10])]
    outcome = compare_median(measure.Series(slow_minute), 0.12)
    (ratio,) = outcome.ratios
    assert ratio.rounds == pytest.approx((0.1, 0.1, 0.2)) and ratio.value == pytest.approx(0.1)
    assert ratio.reached and outcome.ours.count == 6


def test_a_p99_is_that_of_all_rounds():
    rounds = [(list(range(1, 101)), [100] * 100), ([1] * 100, [100] * 100)]
    (ratio,) = compare_p99(measure.Series(rounds), 1).ratios
    assert ratio.value == 0.98 and ratio.rounds == ()


def test_of_rates_more_is_better():
    outcome = compare_rate(measure.Series([([400], [100]), ([300], [100])]), 4)
    (ratio,) = outcome.ratios
    assert ratio.value == 3.5 and not ratio.reached and outcome.peer.unit == "1/s"
    assert Ratio("x", 4, 4, more_is_better=True).reached and Ratio("x", 4, 4).reached
    assert not Ratio("x", 4.01, 4).reached


def test_a_bare_command_that_fails_is_no_figure():
    measure.Command("true")()
    with pytest.raises(subprocess.CalledProcessError):
        measure.Command("false")()
    with pytest.raises(FileNotFoundError):
        measure.Command("no-such-program")()
    with pytest.raises(subprocess.CalledProcessError):
        measure.spawn_rate(measure.Command("false"), 0.01)
    assert measure.spawn_rate(measure.Command("true"), 0.01) > 0


def test_the_loads_script_checks_answers_and_is_lua():
    script = load.lua('"status":"succeeded"', "to\"k", {"code": 'print("\\n")\n'})
    assert 'body:find("\\"status\\":\\"succeeded\\"", 1, true)' in script
    assert 'wrk.headers["Authorization"] = "Bearer to\\"k"' in script
    assert "wrk.body" in script and "wrk.body" not in load.lua("x", None, None)


# --- report ----------------------------------------------------------------------------------------


def stored(name, *ratios, **fields):
    """As read() gives it."""
    outcome = Outcome(summary(1, 2, 4), summary(10, 20, 40), list(ratios), **fields)
    text = {
        "name": name,
        "title": f"title of {name}",
        "against": "`peer` & <co>",
        "command": "./dev bench",
        "machine": {"cores": 2, "cpu": "A CPU", "memory_gib": 4, "kernel": "6.1", "load_before": 0},
        "versions": {"commit": "abc", "workerd": "1"},
        **outcome.to_json(),
    }
    return json.loads(json.dumps(text))


GOOD = Ratio.of_rounds("median", [0.05, 0.1, 0.15], 0.2)
BAD = Ratio("p99", 8, 2)
RATE = Ratio("throughput", 6000, 4000, more_is_better=True)


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_table_has_a_line_for_each_ratio():
    lines = report.table([stored("B1", GOOD, BAD), stored("B2", RATE)]).splitlines()
    assert cells(lines[0]) == [
        "", "what", "against", "target", "ratio (median of rounds)", "leash: median", "min", "p99",
        "peer: median", "min", "p99", "reached",
    ]  # fmt: skip
    assert cells(lines[2]) == [
        "B1", "title of B1", "`peer` & <co>", "≤ 0.2", "0.1 (median)", "2 ms", "1", "4",
        "20 ms", "10", "40", "yes",
    ]  # fmt: skip
    assert cells(lines[3]) == ["", "", "", "≤ 2", "8 (p99)", *[""] * 6, "**no**"]
    assert cells(lines[4])[3:5] == ["≥ 4,000", "6,000 (throughput)"] and "yes" in lines[4]
    assert len({line.count("|") for line in lines[:5]}) == 1


def test_the_table_tells_machine_versions_and_command_of_all():
    other = stored("B2", RATE) | {"command": "./dev bench B2"}
    text = report.table([stored("B1", GOOD), stored("B3", GOOD), other])
    assert "B1, B3: 2 cores (A CPU), 4 GiB, Linux 6.1; commit abc, workerd 1; `./dev bench`." in text
    assert "B2: 2 cores" in text and "`./dev bench B2`." in text


def test_stages_are_told_whatever_they_are_called():
    timed = [
        stored("B1", GOOD, timing={"total_ms": 1.5, "stages.claim": 0.25}),
        stored("B2", RATE),
        stored("B3", GOOD, timing={"total_ms": 2, "stages.fork": 0.5}),
    ]
    lines = report.table(timed).splitlines()
    assert "| median, ms | B1 | B3 |" in lines
    assert "| `total_ms` | 1.5 | 2 |" in lines
    assert "| `stages.claim` | 0.25 |  |" in lines and "| `stages.fork` |  | 0.5 |" in lines


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    (tmp_path / "README.md").write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    return tmp_path


def test_results_that_were_not_measured_again_stay(folder):
    about = stored("x", GOOD)["machine"]
    for name, ratio in (("B10", GOOD), ("B9", BAD), ("B10", BAD)):
        benchmark = Benchmark(name, "what", "peer", None)
        outcome = Outcome(summary(1), summary(2), [ratio])
        report.write([(benchmark, outcome)], "./dev bench", about, {"commit": "c"})
    assert [one["name"] for one in report.read(folder / "results")] == ["B9", "B10"]
    text = (folder / "README.md").read_text()
    assert text.startswith("before\n") and text.endswith(f"{report.END}\nafter\n")
    assert "old" not in text and text.count("| B10 |") == 1 and "yes" not in text
    assert (folder / "chart.svg").read_text().count("class=\"no\"") == 2


def test_machine_and_versions_are_those_of_this_machine():
    about = report.machine()
    assert about["cores"] >= 1 and about["cpu"] and about["memory_gib"] >= 0
    assert re.fullmatch(r"\d+\.\S+", report.versions()["workerd"])


def test_the_chart_shows_of_each_the_ratio_that_decides():
    root = ElementTree.fromstring(chart.chart([stored("B1", GOOD, BAD), stored("B2", RATE)]))
    bars = [rect for rect in root.iter(f"{SVG}rect") if rect.get("class") in ("yes", "no")]
    assert [bar.get("class") for bar in bars] == ["no", "yes"]
    (target,) = [line for line in root.iter(f"{SVG}line") if line.get("class") == "target"]
    middle = float(target.get("x1"))
    assert float(bars[0].get("x")) + float(bars[0].get("width")) == pytest.approx(middle, abs=0.2)
    assert float(bars[1].get("x")) == pytest.approx(middle, abs=0.2)
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert "8, target ≤ 2" in words and "B1  title of B1" in words and "target" in words
    assert "prefers-color-scheme: dark" in root.find(f"{SVG}style").text


@pytest.mark.parametrize("value", [0, 1e-9, 0.5, 2, 1e9])
def test_whatever_the_ratio_its_bar_stays_between_title_and_figures(value):
    root = ElementTree.fromstring(chart.chart([stored("B1", Ratio("x", value, 1))]))
    (bar,) = [rect for rect in root.iter(f"{SVG}rect") if rect.get("class") in ("yes", "no")]
    begin, width = float(bar.get("x")), float(bar.get("width"))
    assert chart.BARS_AT <= begin and begin + width <= chart.BARS_AT + chart.BARS_WIDTH + 2


# --- cases -----------------------------------------------------------------------------------------


def test_every_case_is_listed_with_its_peer():
    listed = subprocess.run(
        [sys.executable, BENCH / "run", "--list"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    names = [line.split()[0] for line in listed]
    assert names == sorted(set(names), key=lambda name: int(name[1:]))
    assert {f"B{n}" for n in (*range(1, 5), *range(6, 14), 15)} <= set(names)
    assert all("| against " in line for line in listed)


@pytest.mark.parametrize(
    "arguments, words", [(["B99"], "no such benchmark: B99"), (["--rounds", "0"], "--rounds")]
)
def test_bad_arguments_are_explained(arguments, words):
    ended = subprocess.run(
        [sys.executable, BENCH / "run", *arguments], capture_output=True, text=True
    )
    assert ended.returncode == 2 and words in ended.stderr
