"""The table of what the system call filter answers (src/sandbox/seccomp/golden.txt), and calls to
try it with."""

import random
import re
import signal
from dataclasses import dataclass
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[2] / "src/sandbox/seccomp/golden.txt"
LAST_NUMBER = 600
SIGSYS = signal.SIGSYS.value
PATIENCE_MS, PATIENCE_IF_IT_BLOCKS_MS = 10_000, 20
# Allowed, and without arguments that make sense they wait for ever, or may.
BLOCKING = {
    "select", "pause", "wait4", "rt_sigtimedwait", "rt_sigsuspend", "pselect6", "ppoll", "poll",
    "futex", "waitid", "clone", "vfork", "futex_wait", "futex_waitv", "semop", "semtimedop",
    "msgrcv", "nanosleep", "clock_nanosleep", "epoll_wait", "epoll_pwait", "epoll_pwait2", "read",
    "restart_syscall", "exit", "fork",
}  # fmt: skip
# Who gets the signal is decided by the first argument: none but the sender itself.
SIGNAL_SENDERS = {
    "kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal",
}  # fmt: skip
# uretprobe and uprobe: the kernel (6.14 and newer) asks no filter about them, since they are made by
# its own trampolines. From anywhere else they end the caller, or fail.
UNFILTERED = {335: ("signal 4", "ENOSYS"), 336: ("ENXIO", "ENOSYS")}
WORDS = (0, 1, 2, 3, 8, 64, 0x1000, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 32, (1 << 64) - 1, "p", "p", "p")


@dataclass(frozen=True)
class Rule:
    """A line of the table: the name of the call, and what it is answered."""

    name: str
    text: str

    def of(self, args):
        """The answer to a call with these arguments; "p" stands for an address."""
        return follow(self.text, [0x7F0000001000 if arg == "p" else arg for arg in args])


def follow(text, args):
    """What `text`, an answer of the table, comes to with these arguments."""
    if not text.startswith("arg"):
        return text
    argument = re.match(r"arg(\d)(&0x[0-9a-f]+:)? ?", text)
    value = args[int(argument[1])] & 0xFFFFFFFF
    rest = text[argument.end() :]
    if argument[2]:
        answer, otherwise = split_answers(rest, ":")
        chosen = answer if value & int(argument[2][1:-1], 16) else otherwise
        return follow(chosen.removeprefix("(").removesuffix(")"), args)
    for branch in split_answers(rest, " "):
        numbers, _, answer = branch.partition(":")
        low, _, high = numbers.partition("-")
        if int(low) <= value <= int(high or low):
            return follow(answer.removeprefix("(").removesuffix(")"), args)
    raise AssertionError(f"the table has no answer for {value}: {text}")


def split_answers(text, separator):
    """The parts of `text` between separators that stand outside of brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def read_table():
    """{(ABI, number): Rule} for every number of the table."""
    table = {}
    for line in GOLDEN.read_text().splitlines():
        abi, numbers, name, text = line.split(" ", 3)
        first, _, last = numbers.partition("-")
        for number in range(int(first), int(last or first) + 1):
            table[abi, number] = Rule(name, text)
    return table


# --- calls -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """One to be made; `line` is how payloads/try_calls.c is told of it."""

    abi: str
    number: int
    args: tuple
    rule: Rule

    @property
    def line(self):
        blocks = self.rule.name in BLOCKING and self.wanted == "allow"
        patience = PATIENCE_IF_IT_BLOCKS_MS if blocks else PATIENCE_MS
        return " ".join(map(str, (self.abi, self.number, patience, *self.args)))

    @property
    def wanted(self):
        return self.rule.of(self.args)

    def fits(self, seen):
        """Whether this can be the kernel's answer behind such a filter."""
        if self.abi == "native" and self.number in UNFILTERED:
            return seen in UNFILTERED[self.number]
        if self.wanted == "allow":
            return seen != f"signal {SIGSYS}"
        if self.wanted == "kill":
            return seen == f"signal {SIGSYS}"
        return seen == {"nothing": "ok"}.get(self.wanted, self.wanted)

    def __str__(self):
        return f"{self.abi} {self.number} {self.rule.name} {self.args}: {self.wanted}"


def calls(abi, rounds):
    """Each number up to the last with zeros, and then `rounds` times with random arguments."""
    table = read_table()
    source = random.Random(79)
    for number in range(LAST_NUMBER + 1):
        rule = table[abi, number]
        yield Call(abi, number, (0,) * 6, rule)
        for _ in range(rounds):
            args = [source.choice(WORDS) for _ in range(6)]
            if rule.name in SIGNAL_SENDERS:
                args[0] = 0
            yield Call(abi, number, tuple(args), rule)


def call_of(name, *args):
    """A native call with chosen arguments."""
    for (abi, number), rule in read_table().items():
        if abi == "native" and rule.name == name:
            return Call(abi, number, (*args, *(0,) * (6 - len(args))), rule)
    raise AssertionError(f"no such call: {name}")
