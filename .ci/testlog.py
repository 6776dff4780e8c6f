"""Reads a log in which the lines of `go test -json` stand among others.

usage: testlog.py LOG           prints the other lines, a line per package, why tests were
                                skipped, and all that failing tests said
       testlog.py --count LOG   prints how many tests passed, failed and were skipped
"""

import json
import sys
from collections import Counter, defaultdict


def events(name):
    """Yields (event, None) for a line of go test, (None, line) for any other."""
    for line in open(name, encoding="utf-8", errors="replace"):
        event = None
        if line.startswith("{"):
            try:
                event = json.loads(line)
            except ValueError:
                pass
        if isinstance(event, dict) and "Action" in event:
            yield event, None
        else:
            yield None, line


def count(name):
    """Counts tests. A package that fails without a failing test of its own, because it
    does not build or because it panics, counts as one."""
    n, failing = Counter(), set()
    for event, _ in events(name):
        if not event or event["Action"] not in ("pass", "fail", "skip"):
            continue
        action, package = event["Action"], event.get("Package")
        if "Test" in event:
            n[action] += 1
            if action == "fail":
                failing.add(package)
        elif action == "fail" and package not in failing:
            n[action] += 1
    return n["pass"], n["fail"], n["skip"]


def show(name):
    said = defaultdict(list)  # by package and test, as long as it has not ended well
    for event, line in events(name):
        if event is None or event["Action"] == "build-output":
            sys.stdout.write(line or event["Output"])
            continue
        action, package, test = event["Action"], event.get("Package"), event.get("Test")
        if action == "output":
            said[package, test].append(event["Output"])
        elif action == "skip" and test:
            why = " ".join(l.strip() for l in said.pop((package, test), []) if not l.lstrip().startswith(("===", "---")))
            print("skip", package, test, "-", why)
        elif action == "pass":
            said.pop((package, test), None)
            if not test:
                print(f"ok   {package} {event.get('Elapsed', 0):.1f} s")
        elif action == "fail" and not test:  # with all that has not passed: a panic ends other tests too
            print("FAIL", package)
            for key in [k for k in said if k[0] == package]:
                sys.stdout.writelines(said.pop(key))


if sys.argv[1] == "--count":
    print(*count(sys.argv[2]))
else:
    show(sys.argv[1])
