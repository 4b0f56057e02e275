"""Holds docs/threat-model.md to the program: its table has each layer once, and what it names exists.

Usage: check_threat_model.py [REPOSITORY]
"""

import re
import sys
from pathlib import Path

PAGE = "docs/threat-model.md"
LAYERS = "src/sandbox/layer.h"
NAMES = re.compile(r"kLayerNames\s*=\s*\{(.*?)\};", re.DOTALL)
ROW = re.compile(r"^\| `(\w+)` \|(.*)\|$", re.MULTILINE)
PATH = re.compile(r"`((?:tests|src|tools|docs|runtimes)/[\w./-]+)`")
SHORT = re.compile(r"`(golden_test\.cc|\d{3}-[a-z0-9-]+\.[a-z]+)`")


def layers_of_the_program(text):
    """The names of the enumeration of layers."""
    return re.findall(r'"(\w+)"', NAMES.search(text)[1])


def check(root):
    """Complaints about the page, in words."""
    page = (root / PAGE).read_text()
    rows = dict(ROW.findall(page))
    known = layers_of_the_program((root / LAYERS).read_text())
    complaints = [f"{PAGE}: no row for the layer {name}" for name in known if name not in rows]
    complaints += [f"{PAGE}: {name} is no layer of the program" for name in rows if name not in known]
    complaints += [
        f"{PAGE}: the layer {name} has no case" for name, row in rows.items() if not PATH.search(row)
    ]
    for path in PATH.findall(page):
        if not (root / path).exists() and not list(root.glob(f"{path}-*")):
            complaints.append(f"{PAGE}: there is no {path}")
    for name in SHORT.findall(page):
        if not list(root.glob(f"tests/corpus/{name}")) and not list(root.glob(f"src/**/{name}")):
            complaints.append(f"{PAGE}: there is no {name}")
    return complaints


def main(arguments):
    root = Path(arguments[0] if arguments else Path(__file__).resolve().parent.parent)
    complaints = check(root)
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
