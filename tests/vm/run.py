"""Runs black-box tests in a virtual machine: `run.py MODE JUNIT [pytest arguments]`.

MODE is which cgroup hierarchies the machine has: v1, v2 or hybrid. LEASH_BIN is the program.
LEASH_VM_LANGUAGES are the languages that its servers offer (all, or their names), LEASH_VM_SECONDS
is how long it may take.
"""

import os
import shlex
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import vm  # noqa: E402
from support.server import BINARY  # noqa: E402

# A server tries each language at its start, the compilers too, which takes an emulated one minutes.
LANGUAGES = os.environ.get("LEASH_VM_LANGUAGES", "bash python")
FEWER_LANGUAGES = """
mkdir /run/languages
for language in {languages}; do cp -r {folder}/$language /run/languages; done
mount --bind /run/languages {folder}
"""


def main():
    mode, junit, *arguments = sys.argv[1:]
    slowness = 1 if vm.fast() else 5
    results = vm.REPOSITORY / "build/log/vm" / mode
    shutil.rmtree(results, ignore_errors=True)
    words = ["/usr/bin/python3", "-m", "pytest", "-q", "--color=no", "-n", "2"]
    words += ["--dist", "loadgroup", "--timeout", str(60 * slowness)]
    words += ["--junitxml", "/results/junit.xml", *arguments]
    settings = {
        "LEASH_BIN": BINARY,
        "LEASH_TEST_SLOWNESS": slowness,
        "LEASH_VM_CGROUPS": mode,
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": "/tmp",
    }
    exports = [f"export {name}={shlex.quote(str(value))}\n" for name, value in settings.items()]
    runtimes = shlex.quote(str(Path(BINARY).parent / "lib/leash/runtimes"))
    tests = shlex.quote(str(vm.REPOSITORY / "tests"))
    fewer = FEWER_LANGUAGES.format(languages=LANGUAGES, folder=runtimes)
    command = "".join(exports) + (fewer if LANGUAGES != "all" else "")
    command += f"cd {tests} && exec {shlex.join(words)}\n"
    print(f"vm: cgroup {mode}, {vm.how_it_is_executed()}", flush=True)
    seconds = float(os.environ.get("LEASH_VM_SECONDS", "600"))
    code = vm.run(mode, command, results, seconds)
    if code is None or not (results / "junit.xml").exists():
        print(f"vm: the machine did not get to the end of its tests (exit code {code})", flush=True)
        return 1
    shutil.copy(results / "junit.xml", junit)
    return code


if __name__ == "__main__":
    sys.exit(main())
