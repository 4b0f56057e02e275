"""Fails on an include in src/ that points up: a folder is a layer and may use only layers below it.

Checks the #include lines of every source and the targets named in each folder's CMakeLists.txt.
Usage: check_includes.py [REPOSITORY]
"""

import re
import sys
from pathlib import Path

# Each folder with those it builds on directly, bottom first, as in src/README.md. What these build
# on may be used too.
LAYERS = {
    "base": [],
    "sys": ["base"],
    "async": ["sys"],
    "protocol": ["async"],
    "sandbox": ["protocol"],
    "runtimes": ["sys"],
    "zygote": ["runtimes", "sandbox"],
    "spawner": ["zygote"],
    "run": ["protocol", "runtimes"],
    "service": ["run"],
    "http": ["service"],
    "cli": ["http"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
TARGET = re.compile(r"\bleash_(\w+)\b")
SUFFIXES = (".h", ".cc", ".c")


def allowed(folder, layers=None):
    """Every folder that `folder` may use, itself included."""
    layers = LAYERS if layers is None else layers
    result = {folder}
    for below in layers[folder]:
        result |= allowed(below, layers)
    return result


def included_folder(path, kind, source, root):
    """The folder of src/ that an include names, or None for a library or a generated file."""
    first, slash, _ = path.partition("/")
    if slash and first in LAYERS and (kind == '"' or (root / path).is_file()):
        return first
    if slash and (root / first).is_dir():
        return first
    if kind == '"' and not slash and (source.parent / path).is_file():
        return source.relative_to(root).parts[0]
    return None


def check_source(source, root):
    """Complaints about one file of src/."""
    folder = source.relative_to(root).parts[0]
    for number, line in enumerate(source.read_text(errors="replace").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        kind, path = match.groups()
        place = f"src/{source.relative_to(root)}:{number}"
        if ".." in Path(path).parts:
            yield f"{place}: {path}: name it from src/ downwards"
            continue
        target = included_folder(path, kind, source, root)
        if target is not None and target not in allowed(folder):
            yield f"{place}: {path}: {folder} may not use {target}"


def check_targets(folder, root):
    """Complaints about what a folder's CMakeLists.txt links."""
    lists = root / folder / "CMakeLists.txt"
    if not lists.is_file():
        return
    for number, line in enumerate(lists.read_text().splitlines(), 1):
        for name in TARGET.findall(line.partition("#")[0]):
            if name in LAYERS and name not in allowed(folder):
                yield f"src/{folder}/CMakeLists.txt:{number}: {folder} may not link leash_{name}"


def check_map(root):
    """Complaints about src/README.md: it lists the folders in the order of LAYERS."""
    path = root / "README.md"
    if not path.is_file():
        return ["src/README.md is missing"]
    listed = re.findall(r"^\| `(\w+)` ", path.read_text(), re.MULTILINE)
    if listed != list(LAYERS):
        return [f"src/README.md lists {listed}, the layers are {list(LAYERS)}"]
    return []


def check(root):
    """All complaints about the tree at `root` (a src/ folder), sorted by place."""
    complaints = check_map(root)
    folders = sorted(path.name for path in root.iterdir() if path.is_dir())
    for folder in folders:
        if folder not in LAYERS:
            complaints.append(f"src/{folder}: not a layer; add it to src/README.md and to LAYERS")
            continue
        complaints += check_targets(folder, root)
        for source in sorted((root / folder).rglob("*")):
            if source.suffix in SUFFIXES:
                complaints += check_source(source, root)
    return complaints


def main(arguments):
    repository = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    complaints = check(repository / "src")
    for complaint in complaints:
        print(complaint)
    print(f"includes: {len(complaints)} that may not be" if complaints else "includes: all point down")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
