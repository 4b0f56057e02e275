"""The results as JSON, as the table of bench/README.md, and as its chart."""

import json
import math
import os
import platform
import re
import subprocess
from pathlib import Path

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
        "load_before": os.getloadavg()[0],
    }


def versions():
    """Of leash and of those it is compared with."""
    commands = {
        "commit": ("git", "-C", FOLDER, "rev-parse", "--short", "HEAD"),
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


def write(results, command):
    """One file a benchmark; those that were not run keep what they had."""
    folder = FOLDER / "results"
    folder.mkdir(exist_ok=True)
    for benchmark, outcome in results:
        text = {
            "name": benchmark.name,
            "title": benchmark.title,
            "against": benchmark.against,
            "command": command,
            "machine": machine(),
            "versions": versions(),
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
    rows = [
        "| | what | leash: median (min, p99) | against | its median (min, p99) | ratio | target | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in stored:
        for number, ratio in enumerate(one["ratios"]):
            first = number == 0
            rows.append(
                "| "
                + " | ".join(
                    [
                        one["name"] if first else "",
                        one["title"] if first else "",
                        figures(one["ours"]) if first else "",
                        one["against"] if first else "",
                        figures(one["peer"]) if first else "",
                        f"{number_text(ratio['value'])} ({ratio['what']})",
                        ("≥ " if ratio["more_is_better"] else "≤ ") + number_text(ratio["target"]),
                        "reached" if ratio["reached"] else "**not reached**",
                    ]
                )
                + " |"
            )
    newest = max(stored, key=lambda one: one["name"])
    about = newest["machine"]
    rows += [
        "",
        f"{about['cores']} cores ({about['cpu']}), {about['memory_gib']} GiB, Linux {about['kernel']}; "
        + ", ".join(f"{name} {value}" for name, value in newest["versions"].items())
        + ". Each side's figures, the load before and the command are in `results/`.",
        "",
    ]
    return "\n".join(rows)


def figures(side):
    values = (number_text(side[name]) for name in ("median", "minimum", "p99"))
    median, minimum, p99 = values
    return f"{median} {side['unit']} ({minimum}, {p99})"


def number_text(value):
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


# --- the chart -----------------------------------------------------------------------------------

WIDTH, ROW, LEFT, TOP = 860, 34, 330, 46


def chart(stored):
    """How often better than its target each first ratio is, on a logarithmic scale around 1."""
    rows = [(one["name"], one["title"], one["ratios"][0]) for one in stored]
    height = TOP + ROW * len(rows) + 30
    middle = LEFT + (WIDTH - LEFT) / 2
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="system-ui, sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" fill="#555">short of its target</text>',
        f'<text x="{WIDTH - 12}" y="22" text-anchor="end" fill="#555">better than its target</text>',
        f'<line x1="{middle}" x2="{middle}" y1="30" y2="{height - 20}" stroke="#888"/>',
    ]
    for index, (name, title, ratio) in enumerate(rows):
        y = TOP + ROW * index
        better = ratio["value"] / ratio["target"] if ratio["target"] else 1
        if not ratio["more_is_better"]:
            better = 1 / better if better else 8
        length = max(-1, min(1, log8(better))) * (WIDTH - LEFT) / 2 * 0.72
        x = middle if length >= 0 else middle + length
        colour = "#2a7d4f" if ratio["reached"] else "#b4472f"
        text = f"{number_text(ratio['value'])} (target {number_text(ratio['target'])})"
        anchor, at = ("start", middle + length + 6) if length >= 0 else ("end", middle + length - 6)
        lines += [
            f'<text x="12" y="{y + 15}" fill="#222">{name} {escape(title)}</text>',
            f'<rect x="{x:.1f}" y="{y}" width="{abs(length):.1f}" height="20" fill="{colour}"/>',
            f'<text x="{at:.1f}" y="{y + 15}" text-anchor="{anchor}" fill="#222">{text}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])


def log8(value):
    return math.log(value, 8) if value > 0 else -1


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("`", "")
