#!/usr/bin/python3
"""precompile.py RUNTIME_TOML FOLDER HEADER…: precompiled headers for a language of g++.

g++ uses FOLDER/<header>.gch for `#include <header>` where FOLDER is in its search path, the flags are
the same, and nothing but comments and unrelated macros stands before; else it reads FOLDER/<header>,
which leads on to the real one. So sources mean what they always mean.

Made again if the compiler or any file that went into them has changed: by size and time of change, and
not only by which is newer, since packages bring old times along. gcc itself refuses those of another
build of it."""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path


def compiler_and_flags(runtime):
    """From the compile command: what decides about the code, not what names files."""
    command = tomllib.loads(runtime.read_text())["compile"]["command"]
    if "--" in command:
        command = command[command.index("--") + 1 :]
    return command[0], [c for c in command[1:] if c.startswith(("-std=", "-O", "-W", "-f", "-pthread"))]


def identity(files, extra):
    """What these files are now."""
    lines = [extra]
    for name in sorted(set(files)):
        status = os.stat(name)
        lines.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def is_current(stamp, extra):
    try:
        known, *files = stamp.read_text().splitlines()
        return known == identity(files, extra)
    except (OSError, ValueError):
        return False


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def precompile(compiler, flags, header, folder):
    """Returns the files that went into it."""
    target = folder / header
    target.parent.mkdir(parents=True, exist_ok=True)
    real = real_header(compiler, flags, header)
    gch = Path(f"{target}.gch")
    depends = Path(f"{target}.d")
    done = subprocess.run(
        [compiler, *flags, "-x", "c++-header", real, "-o", gch, "-MD", "-MF", depends],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    if done.returncode != 0:  # else it says at most that a pragma is for included files
        sys.exit(f"{header} cannot be precompiled:\n{done.stderr}")
    # Beside a .gch there has to be a file of its name: g++ looks at it when it is included again.
    target.write_text(f"#include_next <{header}>\n")
    files = depends.read_text().replace("\\\n", " ").split()[1:]
    depends.unlink()
    return files


def real_header(compiler, flags, header):
    """Its path, as the compiler finds it."""
    listing = subprocess.run(
        [compiler, *flags, "-x", "c++", "-M", "-"],
        input=f"#include <{header}>\n", check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return next(f for f in listing.replace("\\\n", " ").split() if f.endswith(f"/{header}"))


def main():
    runtime, folder, headers = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    stamp = folder.parent.with_name(f"{folder.parent.name}-{folder.name}.stamp")
    if not headers:
        shutil.rmtree(folder, ignore_errors=True)
        stamp.unlink(missing_ok=True)
        return
    compiler, flags = compiler_and_flags(runtime)
    extra = " ".join([compiler, *flags, *headers])
    if is_current(stamp, extra):
        return
    print(f"precompiling {', '.join(headers)}", flush=True)
    stamp.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    files = [output_of(compiler, "-print-prog-name=cc1plus")]
    for header in headers:
        files += precompile(compiler, flags, header, folder)
    stamp.write_text("\n".join([identity(files, extra), *sorted(set(files))]) + "\n")


if __name__ == "__main__":
    main()
