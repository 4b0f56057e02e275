"""The results as JSON, and as the table of bench/README.md."""

import json
import os
import platform
import re
import subprocess
from pathlib import Path

from harness.chart import chart

FOLDER = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"


def machine():
    """What the figures were measured on."""
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    return {
        "kernel": platform.release(),
        "cpu": model[1] if model else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory[1]) / (1 << 20)),
        "load_before": round(os.getloadavg()[0], 2),
    }


def versions():
    """Of leash and of those it is compared with."""
    commands = {
        "commit": ("git", "-c", f"safe.directory={FOLDER.parent}", "-C", FOLDER, "describe", "--always", "--dirty"),
        "python3": ("/usr/bin/python3", "--version"),
        "g++": ("g++", "-dumpfullversion"),
        "bwrap": ("bwrap", "--version"),
        "docker": ("docker", "--version"),
    }
    found = {}
    for name, command in commands.items():
        try:
            found[name] = subprocess.run(command, capture_output=True, text=True).stdout.strip()
        except FileNotFoundError:
            found[name] = "not installed"
    lock = json.loads((FOLDER / "peers/workerd/package.json").read_text())
    (found["workerd"],) = lock["dependencies"].values()
    return found


def write(results, command, about, used):
    """One file a benchmark; those that were not run keep what they had. `about`: machine() before the
    first of them; `used`: versions()."""
    folder = FOLDER / "results"
    folder.mkdir(exist_ok=True)
    for benchmark, outcome in results:
        text = {
            "name": benchmark.name,
            "title": benchmark.title,
            "against": benchmark.against,
            "command": command,
            "machine": about,
            "versions": used,
            **outcome.to_json(),
        }
        (folder / f"{benchmark.name}.json").write_text(json.dumps(text, indent=2) + "\n")
    stored = read(folder)
    readme = FOLDER / "README.md"
    before, _, rest = readme.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    readme.write_text(f"{before}{BEGIN}\n\n{table(stored)}\n{END}{after}")
    (FOLDER / "chart.svg").write_text(chart(stored))


def read(folder):
    """The stored results in the order of their numbers."""
    stored = [json.loads(path.read_text()) for path in folder.glob("B*.json")]
    return sorted(stored, key=lambda one: int(one["name"][1:]))


def table(stored):
    """One line a ratio, for a Markdown file."""
    heading = (
        "", "what", "against", "target", "ratio (median of rounds)", "leash: median", "min", "p99",
        "peer: median", "min", "p99", "reached",
    )  # fmt: skip
    rows = [heading, ("---",) * len(heading)]
    for one in stored:
        about = (one["name"], one["title"], one["against"])
        sides = (*figures(one["ours"]), *figures(one["peer"]))
        for number, ratio in enumerate(one["ratios"]):
            first = number == 0
            rows.append(
                (
                    *(about if first else ("", "", "")),
                    target_text(ratio),
                    f"{number_text(ratio['value'])} ({ratio['what']})",
                    *(sides if first else ("",) * len(sides)),
                    "yes" if ratio["reached"] else "**no**",
                )
            )
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*lines, "", *timing_table(stored), *machines(stored), ""])


def timing_table(stored):
    """Where the time of a run goes, by what the answers say of themselves."""
    timed = [one for one in stored if one.get("timing")]
    if not timed:
        return []
    rows = [["median, ms", *(one["name"] for one in timed)], ["---"] * (1 + len(timed))]
    stages = dict.fromkeys(stage for one in timed for stage in one["timing"])
    for stage in stages:
        values = [one["timing"].get(stage) for one in timed]
        rows.append([f"`{stage}`", *("" if v is None else number_text(v) for v in values)])
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return ["`timing` in the answers, back to back:", "", *lines, ""]


def machines(stored):
    """What all was measured on and with: a line for each that there is."""
    seen = {}
    for one in stored:
        about = one["machine"]
        text = (
            f"{about['cores']} cores ({about['cpu']}), {about['memory_gib']} GiB, Linux"
            f" {about['kernel']}; "
            + ", ".join(f"{name} {value}" for name, value in one["versions"].items())
            + f"; `{one['command']}`"
        )
        seen.setdefault(text, []).append(one["name"])
    return [f"{', '.join(names)}: {text}." for text, names in seen.items()]


def figures(side):
    median, minimum, p99 = (number_text(side[name]) for name in ("median", "minimum", "p99"))
    return f"{median} {side['unit']}", minimum, p99


def target_text(ratio):
    return ("≥ " if ratio["more_is_better"] else "≤ ") + number_text(ratio["target"])


def number_text(value):
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
