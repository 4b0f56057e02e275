"""Counts the test cases of JUnit files: prints "PASSED FAILED SKIPPED", summed over the files.

Reads what ctest, pytest, vitest and Node's test runner write.
"""

import sys
import xml.etree.ElementTree as ElementTree


def count(root):
    """(passed, failed, skipped) of one parsed file."""
    passed = failed = skipped = 0
    for case in root.iter("testcase"):
        status = case.get("status", "")
        if case.find("failure") is not None or case.find("error") is not None or status == "fail":
            failed += 1
        elif case.find("skipped") is not None or status in ("notrun", "disabled"):
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main(paths):
    totals = [count(ElementTree.parse(path).getroot()) for path in paths]
    print(*(sum(column) for column in zip(*totals)))


if __name__ == "__main__":
    main(sys.argv[1:])
