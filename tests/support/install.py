"""A leash of its own with fewer languages: its server, which tests each at every start, is ready soon."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from support.server import BINARY


@contextlib.contextmanager
def few_languages(*languages):
    """The path of a program that offers these and no others."""
    program = Path(BINARY).resolve()
    found = [program.parent / "lib/leash", program.parent.parent / "lib/leash"]
    files = next(folder for folder in found if folder.is_dir())
    with tempfile.TemporaryDirectory(prefix="few-", ignore_cleanup_errors=True) as base:
        os.chmod(base, 0o755)  # runs read the runtimes' own files
        shutil.copytree(files, f"{base}/lib/leash", ignore=lambda folder, names: [
            name for name in names if Path(folder).name == "runtimes" and name not in languages
        ])
        shutil.copy(program, f"{base}/leash")
        yield f"{base}/leash"
