"""How two ways are compared: taken in turns, A B A B, so that both see the same weather."""

import multiprocessing
import os
import statistics
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field


def timed(call, *arguments):
    """How many milliseconds the call took."""
    begin = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - begin) * 1000


@dataclass
class Series:
    """The measurements of both sides: a pair of lists for each round, ours and the peer's."""

    rounds: list = field(default_factory=list)

    @property
    def ours(self):
        return [value for ours, _ in self.rounds for value in ours]

    @property
    def peer(self):
        return [value for _, peer in self.rounds for value in peer]

    def ratios(self, statistic=statistics.median):
        """One a round: what the machine does slowly, over minutes, is not in them."""
        return [statistic(ours) / statistic(peer) for ours, peer in self.rounds]


def in_turns(ours, peer, rounds, each, pause=0.0, warm_up=3):
    """`rounds` times: `each` calls of the one, then of the other; milliseconds of every call.
    `pause` seconds pass before each call: kernels have delays that show at low rates only."""
    for call in (ours, peer):
        for _ in range(warm_up):
            call()

    return taken_in_turns(
        lambda: repeated(ours, each, pause), lambda: repeated(peer, each, pause), rounds
    )


def repeated(call, times, pause=0.0):
    """Milliseconds of each of so many calls, with `pause` seconds before each."""
    values = []
    for _ in range(times):
        if pause:
            time.sleep(pause)
        values.append(timed(call))
    return values


def taken_in_turns(ours, peer, rounds):
    """`rounds` times the one and the other; each call returns the list of what it measured."""
    series = Series()
    for _ in range(rounds):
        series.rounds.append((ours(), peer()))
    return series


def rates_in_turns(ours, peer, rounds):
    """The same where each call returns one figure, such as events a second."""
    return taken_in_turns(lambda: [ours()], lambda: [peer()], rounds)


class Command:
    """A program without a sandbox, to be started again and again as cheaply as can be: by
    posix_spawn, with its output thrown away."""

    def __init__(self, *command):
        self._command = [os.fspath(part) for part in command]

    def __call__(self):
        """Runs it to its end. Any exit code but 0 raises."""
        quiet = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        ]
        pid = os.posix_spawnp(self._command[0], self._command, os.environ, file_actions=quiet)
        _, status = os.waitpid(pid, 0)
        if code := os.waitstatus_to_exitcode(status):
            raise subprocess.CalledProcessError(code, self._command)


def spawn_rate(command, seconds):
    """Programs a second, one after another on every core; a process each starts them, so that none
    waits for an interpreter's lock."""
    cores = len(os.sched_getaffinity(0))
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(cores, mp_context=fork) as pool:
        return sum(pool.map(loop_rate, [command] * cores, [seconds] * cores))


def loop_rate(command, seconds):
    """Programs a second of one loop."""
    begin = time.perf_counter()
    count, now = 0, begin
    while now < begin + seconds:
        command()
        count += 1
        now = time.perf_counter()
    return count / (now - begin)
