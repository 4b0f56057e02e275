"""The built programs with a spawner that is given further options."""

import atexit
import functools
import os
import shutil
import tempfile
from pathlib import Path

from support.server import BINARY


@functools.cache
def own_copy():
    """Of `leash`, which looks for its resources beside the place where it really is. One a process:
    it is large; and a link to the built one would change that one's times."""
    folder = Path(tempfile.mkdtemp(prefix="e2e-programs-"))
    atexit.register(shutil.rmtree, folder)
    return shutil.copy2(BINARY, folder / "leash")


class Programs:
    """The programs as they were built, but that the spawner gets further options, and knows only
    some `languages` where that is enough. A folder of its own; `binary` is its `leash`."""

    def __init__(self, *options, languages=None):
        built = Path(BINARY).resolve().parent
        self.folder = Path(tempfile.mkdtemp(prefix="e2e-programs-"))
        self.folder.chmod(0o755)
        self.binary = self.folder / "leash"
        os.link(own_copy(), self.binary)
        resources = self.folder / "lib" / "leash"
        resources.mkdir(parents=True)
        for path in (built / "lib" / "leash").iterdir():
            if path.name == "runtimes" and languages:
                (resources / "runtimes").mkdir()
                for name in languages:
                    (resources / "runtimes" / name).symlink_to(path / name)
            elif path.name != "leash-spawner":
                (resources / path.name).symlink_to(path)
        spawner = resources / "leash-spawner"
        words = " ".join(options)
        spawner.write_text(f'#!/bin/sh\nexec {built}/lib/leash/leash-spawner "$@" {words}\n')
        spawner.chmod(0o755)

    def close(self):
        shutil.rmtree(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
