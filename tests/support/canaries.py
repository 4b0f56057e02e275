"""What must never be seen, and what must never change, whatever a program in a sandbox does."""

import os
import re
import signal
import subprocess
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

CANARY = "e2e-canary-6f1d2c"
SHARED_TOKEN = "e2e-token-0b7a49e1c8d35f62"
NEIGHBOUR = "neighbour-canary-92fe07"  # a string of another run

OOPS = re.compile(r"\bOops\b|\bBUG:|general protection|kernel panic|\bWARNING: CPU", re.IGNORECASE)


@dataclass(frozen=True)
class Fingerprint:
    """What a file is: to whom it belongs and what it holds, whenever that was written."""

    kind_and_owner: tuple
    content: bytes
    seen: tuple = field(compare=False)  # as long as this is so, nothing has been written

    @classmethod
    def of(cls, path):
        s = path.lstat()
        if path.is_symlink():
            content = os.readlink(path).encode()
        else:
            content = path.read_bytes() if path.is_file() else b""
        return cls((s.st_mode, s.st_uid, s.st_gid), sha256(content).digest(), cls.stamp(s))

    @staticmethod
    def stamp(s):
        return (s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns)

    def is_untouched(self, path):
        return self.stamp(path.lstat()) == self.seen


class HostCanaries:
    """The parts of the host that an escape would touch: /etc, the server's program and its token,
    a process that any signal would end or stop, and the kernel's log."""

    def __init__(self, server, binary):
        self._files = [Path(binary), server.folder.path / "token"]
        self._sentinel = subprocess.Popen(["sleep", "infinity"])
        self._kernel_log = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self._kernel_log, 0, os.SEEK_END)
        self._before = {path: Fingerprint.of(path) for path in self._paths()}

    @property
    def sentinel(self):
        return self._sentinel.pid

    def close(self):
        self._sentinel.send_signal(signal.SIGKILL)
        self._sentinel.wait()
        os.close(self._kernel_log)

    def problems(self):
        """What has changed since the start, in words."""
        found = []
        now = {path: self._before.get(path) for path in self._paths()}
        for path, known in now.items():
            if known is None or not known.is_untouched(path):
                now[path] = Fingerprint.of(path)
        changed = [path for path in now | self._before if now.get(path) != self._before.get(path)]
        found += [f"the host's {path} has changed" for path in sorted(changed)]
        if self._sentinel.poll() is not None:
            found.append(f"a process of the host was ended: {self._sentinel.returncode}")
        elif "State:\tS" not in Path(f"/proc/{self.sentinel}/status").read_text():
            found.append("a process of the host was stopped")
        found += [f"kernel: {line}" for line in self._kernel_lines() if OOPS.search(line)]
        return found

    def _paths(self):
        yield from (path for path in self._files if path.exists())
        for folder, _, names in os.walk("/etc"):
            yield Path(folder)
            yield from (Path(folder) / name for name in names)

    def _kernel_lines(self):
        lines = []
        while True:
            try:
                lines.append(os.read(self._kernel_log, 8192).decode("utf-8", "replace"))
            except BlockingIOError:
                return lines
            except BrokenPipeError:
                continue  # records were overwritten before they were read: go on with the next
