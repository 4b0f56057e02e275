"""What is left of a leash server's runs, or of the server itself when it has gone.

    python3 tools/leakcheck --state-dir /var/lib/leash             an idle server, or none
    python3 tools/leakcheck --pid 1234 --save before.json          … a while later:
    python3 tools/leakcheck --pid 1234 --baseline before.json

Of a server that runs, its own processes and the slots it has made ahead are no leftovers; what a run
has is, so ask when none is going on. With a baseline, descriptors, threads and memory are compared,
too. To be run as root, or as the user of the server. Exit code: 0 nothing is left, 1 something is,
2 it could not be found out.
"""

import argparse
import json
import sys
from pathlib import Path

if __package__ in (None, ""):  # started as a folder
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from leakcheck.compare import check
from leakcheck.instance import Instance
from leakcheck.snapshot import KINDS, Snapshot


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="leakcheck", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--pid", type=int, help="of `leash serve`")
    which.add_argument("--state-dir", help="the server's, whether it runs or not")
    parser.add_argument("--temporary", action="append", default=[], metavar="DIR",
                        help="a folder that only this server puts files into")
    parser.add_argument("--save", metavar="FILE", help="write the snapshot as a baseline")
    parser.add_argument("--baseline", metavar="FILE", help="compare with this snapshot")
    parser.add_argument("--wait", type=float, default=5.0, metavar="SECONDS",
                        help="how long things may take to go (5)")
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser.parse_args(arguments)


def table(now, baseline, lines):
    """The zero of each, then what only a comparison can tell, then what is left."""
    server = f"served by pid {now.server}" if now.server else "nobody serves it"
    rows = [f"{now.instance}: {now.state}, {server}"]
    rows += [f"  {kind:40} {len(now.left[kind]):8}" for kind in KINDS]
    for name in sorted(now.amounts):
        was = f"{baseline.amounts.get(name, 0):8} ->" if baseline else ""
        rows.append(f"  {name:40} {was}{now.amounts[name]:8}")
    rows.append(f"{len(lines)} things are left:" if lines else "nothing is left")
    return "\n".join([*rows, *(f"  {line}" for line in lines)])


def main(arguments):
    options = parse(arguments)
    try:
        of_pid = options.pid is not None
        instance = Instance.of_pid(options.pid) if of_pid else Instance.of_state(options.state_dir)
        baseline = None
        if options.baseline:
            baseline = Snapshot(**json.loads(Path(options.baseline).read_text()))
        now, lines = check(instance, baseline, options.wait, options.temporary)
    except (OSError, ValueError, TypeError) as error:
        print(f"leakcheck: {error}", file=sys.stderr)
        return 2
    if options.save:
        Path(options.save).write_text(json.dumps(now.as_json()))
    if options.json:
        print(json.dumps({"left": lines, "snapshot": now.as_json()}))
    else:
        print(table(now, baseline, lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
