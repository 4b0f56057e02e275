"""7.4, as far as it takes two runs, or a server that was started in an odd way."""

import re

from support import procs
from support.languages import payload
from support.server import Server
from support.wait import wait_until
from support.warm import is_warm

ABSENT = {
    "kill": "ESRCH", "pidfd": "ESRCH", "ptrace": "EPERM", "memory": "EPERM", "scheduler": "ESRCH",
    "affinity": "ESRCH", "priority": "ESRCH", "limits": "EPERM", "queue": "ESRCH", "others": "0",
}  # fmt: skip
# Needles come in two halves, so that looking for them does not put them there.
SECRET = ("earlier-run-", "5c1f9e")
LEAVES = (
    "import os, mmap, sys\nsecret = ''.join(sys.argv[1:3]) * 64\n"
    "for folder in ('/work', '/tmp', '/dev/shm'):\n"
    "    open(f'{folder}/{secret[:18]}', 'w').write(secret * 100)\n"
    "kept = [bytearray(secret.encode() * 1000) for _ in range(60)]\n"
    "area = mmap.mmap(-1, 1 << 20); area.write(secret.encode() * 500)\n"
    "memory = os.memfd_create(secret[:18]); os.write(memory, secret.encode() * 1000)\n"
    "os.environ['SECRET'] = secret\nprint('left', len(kept))"
)
FINDS = (
    "import os, sys\nneedle = ''.join(sys.argv[1:3]).encode()\nfound = []\n"
    "for folder in ('/work', '/tmp', '/dev/shm'):\n"
    "    found += [folder for name in os.listdir(folder) if needle[:9].decode() in name]\n"
    "first, second = (part.encode() for part in sys.argv[1:3])\ndel needle\n"
    "seen = 0\nmemory = open('/proc/self/mem', 'rb', buffering=0)\n"
    "for line in open('/proc/self/maps').readlines():\n"
    "    low, high = (int(part, 16) for part in line.split()[0].split('-'))\n"
    "    if ' r' not in line or '[v' in line or '/usr/' in line: continue\n"
    "    while low < high:\n"
    "        memory.seek(low)\n"
    "        data = memory.read(min(1 << 20, high - low)); seen += len(data); low += len(data)\n"
    "        at = data.find(first)\n"
    "        while at >= 0:\n"
    "            if data[at + len(first):].startswith(second * 2): found.append(line)\n"
    "            if data[at + len(first):].startswith(second + first): found.append(line)\n"
    "            at = data.find(first, at + 1)\n"
    "print('searched', seen >> 10, 'found:', *found)"
)
FRESH_MEMORY = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
  size_t size = 96u << 20, dirty = 0;
  char *memory = malloc(size);
  for (size_t i = 0; i < size; i++) dirty += memory[i] != 0;
  char stack[1 << 16];
  volatile char *low = stack;
  for (size_t i = 0; i + 32 < sizeof stack; i++)
    if (!memcmp((char *)low + i, argv[1], 12) && !memcmp((char *)low + i + 12, argv[2], 6)) dirty++;
  printf("dirty: %zu\n", dirty);
}
"""


def test_074_two_runs_at_once_cannot_reach_each_other(arena, marker):
    """With the other's pid told, by every call that takes one; nor have they a uid in common."""
    with arena.client.stream("bash", "echo $UID; read line; echo lived", args=[marker]) as other:
        other.wait_for_text("\n")
        (process, *_) = procs.wait_for_sandboxed(marker)
        run = arena.client.run("c", payload("reach_another.c"), args=[str(process.pid)])
        seen = dict(re.findall(r"^(\w+): (\w+)$", run["stdout"], re.MULTILINE))
        assert seen.pop("uid") != other.text().strip()
        assert seen == ABSENT, run
        arena.client.send_stdin(other.run_id, b"\n")
        other.finish()
        assert other.text().endswith("lived\n")


def test_075_nothing_of_an_earlier_run(arena):
    """In its place, its uid, its files, nor in memory: of a warmed interpreter and of fresh pages."""
    for _ in range(3):
        left = arena.client.run("python", LEAVES, args=list(SECRET), limits={"memory_bytes": 256 << 20})
        assert left["stdout"] == "left 60\n", left
        found = arena.client.run("python", FINDS, args=list(SECRET))
        assert re.fullmatch(r"searched [1-9]\d{3,} found:\n", found["stdout"]), found
        fresh = arena.client.run("c", FRESH_MEMORY, args=list(SECRET))
        assert fresh["stdout"] == "dirty: 0\n", fresh


def test_076_descriptors_that_the_server_was_started_with(tmp_path):
    """Eighteen open files without close-on-exec: none is in a run, cold, warm or compiling."""
    secret = tmp_path / "secret"
    secret.write_text("descriptor-canary")
    listing = tmp_path / "listing"
    opening = "".join(f"exec {fd}<{secret}; " for fd in range(3, 21))
    opening += f'ls -l /proc/self/fd >{listing}; exec "$@"'
    look = "for fd in $(seq 0 1023); do [ -e /proc/$$/fd/$fd ] && [ $fd != 255 ] && echo $fd; done; true"
    in_python = (
        "import os\nfor fd in range(1024):\n    try: os.fstat(fd)\n    except OSError: continue\n"
        "    print(fd)"
    )
    with Server(prefix=("bash", "-c", opening, "leash")) as server:
        assert listing.read_text().count(str(secret)) == 18, "nothing was inherited: broken test"
        wait_until(lambda: is_warm(server, "python", slots=1), "warm slots", seconds=20)
        client = server.client()
        assert client.run("bash", look)["stdout"].split() == ["0", "1", "2"]
        assert client.run("python", in_python)["stdout"].split() == ["0", "1", "2"]
        for process in server.tree():
            assert str(secret) not in process.descriptors().values(), process
