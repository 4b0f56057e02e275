"""Runs every fuzz target of a build for a while, some at a time: fuzz.py SECONDS [options]

A target starts from its committed corpus, fuzz/corpus/TARGET; what it finds new, and an input that
breaks a claim, stay below the build folder. Such an input is shown in base64, so that it can be
taken from a log.
"""

import argparse
import base64
import concurrent.futures
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHOWN_BYTES = 4096
# For what a target does before and after its time, and for the slowest single input.
GRACE_SECONDS = 60


class Result:
    def __init__(self, name, seconds, output, failure):
        self.name, self.seconds, self.output, self.failure = name, seconds, output, failure


def run(target, seconds, build):
    """One target, in a process that has an end."""
    name = target.name
    found, artifacts = build / "corpus" / name, build / "artifacts" / name
    for folder in (found, artifacts):
        folder.mkdir(parents=True, exist_ok=True)
    for old in artifacts.iterdir():
        old.unlink()
    command = [target, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=1024"]
    command += ["-print_final_stats=1", "-verbosity=0", f"-artifact_prefix={artifacts}/"]
    command += [found, ROOT / "fuzz/corpus" / name]
    start = time.monotonic()
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds + GRACE_SECONDS,
            errors="replace",
        )
        output = ended.stdout
        failure = f"exit code {ended.returncode}" if ended.returncode else None
    except subprocess.TimeoutExpired as error:
        output, failure = str(error.stdout), "it does not end"
    for artifact in artifacts.iterdir():
        text = base64.b64encode(artifact.read_bytes()[:SHOWN_BYTES]).decode()
        failure = f"{failure or 'it left an input'}; {artifact.name}: {text}"
    return Result(name, time.monotonic() - start, output, failure)


def executions(output):
    """How many inputs were tried, from the final statistics."""
    for line in output.splitlines():
        if line.startswith("stat::number_of_executed_units:"):
            return int(line.split()[-1])
    return 0


def write_junit(path, results):
    suite = ElementTree.Element("testsuite", name="fuzz")
    for result in results:
        case = ElementTree.SubElement(
            suite, "testcase", name=result.name, time=f"{result.seconds:.1f}"
        )
        if result.failure:
            ElementTree.SubElement(case, "failure", message=result.failure)
    ElementTree.ElementTree(suite).write(path)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("seconds", type=int)
    options.add_argument("--build", type=Path, default=ROOT / "build/fuzz")
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    options.add_argument("--junit")
    options = options.parse_args()

    targets = sorted((options.build / "fuzz").glob("*_fuzz"))
    if not targets:
        sys.exit(f"fuzz: there is no target in {options.build}/fuzz")
    results = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for result in pool.map(lambda t: run(t, options.seconds, options.build), targets):
            results.append(result)
            tried = f"{executions(result.output):>10} inputs in {result.seconds:5.1f} s"
            print(f"{result.name:<16} {tried}  {result.failure or 'held'}", flush=True)
            if result.failure:
                print(result.output[-8000:], flush=True)
    if options.junit:
        write_junit(options.junit, results)
    failed = sum(result.failure is not None for result in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
