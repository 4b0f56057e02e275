"""Sandboxes that lack one layer, for which the programs must be built with LEASH_NEGATIVE_CONTROLS
(the debug preset is), and the attacks that must succeed in them."""

import dataclasses
import os
import struct
import uuid
from types import SimpleNamespace

from support import corpus, leaks, procs
from support.arena import Arena, text_of
from support.programs import Programs
from support.server import Server
from support.wait import poll, wait_until

NOT_TRIED = "the attack was not carried out"


def layer_case(layer):
    """The attack that this layer alone stops."""
    (path,) = corpus.LAYERS.glob(f"{layer}.*")
    case = corpus.parse(path)
    assert case.layers == (layer,), path
    return case


def in_a_cold_slot(case):
    """The same program where nothing is warm: an interpreter that bash executes."""
    request = {
        **case.request,
        "entry": "main.sh",
        "files": [
            {"path": "main.sh", "content": 'exec /usr/bin/python3 attack.py "$@"\n'},
            {"path": "attack.py", "content": case.code},
        ],
    }
    return dataclasses.replace(case, language="bash", code=None, request=request)


def instance_name(state_folder):
    """As the server names its cgroup folders (src/sandbox/cgroup/instance.h): one whose processes are
    in none of them cannot be asked."""
    info = state_folder.stat()
    value = 14695981039346656037
    for byte in struct.pack("<QQ", info.st_dev, info.st_ino):
        value = (value ^ byte) * 1099511628211 % (1 << 64)
    return f"leash-{value % (1 << 48):012x}"


class WeakServer(Server):
    """A server without a layer, or with all of them. Some of these cannot end their runs or take away
    what they made: they are killed, and a whole one has to find all that they left."""

    UNCLEAN = ("kill", "removal")

    def __init__(self, layer=None, tolerant=False, languages=("bash", "python"), **settings):
        option = "--serve-without-layer" if tolerant else "--without-layer"
        options = (option, layer) if layer else ()
        self._programs = Programs(*options, languages=languages)
        self._clean = layer not in self.UNCLEAN
        super().__init__("--ready-slots", "1", binary=str(self._programs.binary), **settings)
        self.instance = instance_name(self.folder.path)

    def start(self, seconds=60.0):
        try:
            return super().start(seconds)
        except BaseException:
            self.close(failed=True)
            raise

    def assert_nothing_left(self):
        """A moment later at the latest: what has no pid namespace is reaped by the machine's init."""
        poll(lambda: not self.leftovers(), 10.0)
        super().assert_nothing_left()

    def close(self, failed=False):
        try:
            if not self._clean and not failed:
                self.kill()
                self.process.wait()
                wait_until(lambda: not procs.present(self._seen), "the end of all that it had")
                with WeakServer(folder=self.folder):
                    pass
                self.assert_nothing_left()
            super().close(failed)
        finally:
            self._programs.close()


class WeakArena(Arena):
    """An arena with any server. It tells how an attack's own expectation fares, and no more."""

    def __init__(self, server, patience=25.0):
        self.server = server
        self._patience = patience

    def __enter__(self):
        self.server.start()
        self.client = self.server.client(timeout=self._patience)
        # Slots of both kinds, so that a program in python is not started cold by chance: the zygote,
        # and what was forked from it and waits in a slot.
        try:
            wait_until(lambda: len(self._forked_by("leash-python")) >= 2, "a warm slot", 30.0)
        except BaseException:
            self.server.close(failed=True)
            raise
        return self

    def __exit__(self, kind, value, trace):
        self.server.close(failed=kind is not None)

    def unmet(self, case):
        """What of the case's expectation does not hold, and whether its slot was taken away."""
        slots = wait_until(lambda: len(self._slots()) >= 2 and self._slots(), "a slot of each kind")
        started = SimpleNamespace(attack_has_started=lambda: None)
        try:
            case = dataclasses.replace(case, seconds=min(case.seconds, self._patience))
            events = self._attack(case, f"control-{uuid.uuid4().hex}", started)
        except (AssertionError, TimeoutError) as error:
            return [f"it did not end as it should: {error}"]
        run = self.client.finished(events[0].data["id"])
        found = corpus.unmet(case, run, text_of(events, "stdout"), text_of(events, "stderr"))
        if not poll(lambda: slots - self._slots(), 3.0):
            found.append("the leaf of its slot is still there")
        return found

    def _forked_by(self, program):
        return [p for p in self.server.tree() if p.argv and p.argv[0].endswith(program)]

    def _slots(self):
        """The slots that exist, by their leaves, in whatever hierarchy."""
        return {name for name in map(os.path.basename, leaks.cgroup_folders(self.server.instance))
                if name.startswith("slot-")}

    def _names(self):
        return {
            "port": self.server.port,
            "spawner": self.server.spawner_pid,
            "http": self.server.http_pid(),
            "sentinel": os.getpid(),
            "state": self.server.folder.path,
        }
