# SPDX-License-Identifier: GPL-2.0
"""The runner tested: guests that fail in every known way must fail the run.

Each test in tests/lab/guest says in its first words what must become of it
('# passes' or '# fails'); a module that misbehaves on demand stands in for dpager.
The bench's arithmetic is tested by tests/lab/bench.py.
"""

import os
import re
import runpy

import guesttests
import kernels
import module
import progress
import runner
from cache import BUILD, TOP

ROOT = os.path.join(TOP, "tests", "lab")


class Silent(runner.Results):
    """Keeps what would be shown."""

    def __init__(self):
        super().__init__()
        self.seen = {}

    def add(self, kernel, name, good, note, detail=()):
        self.seen.setdefault(name, []).append((good, note, list(detail)))
        progress.step(f"self-test {name}: {note}")


def expected(test):
    """Must this test pass?"""
    with open(test.source, encoding="utf-8") as handle:
        return re.search(r"^# (passes|fails)\b", handle.read(), flags=re.M)[1] == "passes"


def arithmetic(results):
    """What the bench makes of its figures."""
    for check in runpy.run_path(os.path.join(ROOT, "bench.py"))["CHECKS"]:
        results.add("host", f"lab/bench-{check.__name__.replace('_', '-')}", check(), "arithmetic")


def run(name, results):
    """Run the runner's self-tests on a kernel."""
    arithmetic(results)
    kernel = kernels.get(name)
    tests = guesttests.select(guesttests.find(os.path.join(ROOT, "guest")), kernel.name)
    ko = module.path(kernel, source=os.path.join(ROOT, "module"),
                     into=os.path.join(BUILD, "ko", f"{kernel.name}-provoke"))
    silent = Silent()
    runner.run(kernel, tests, silent, ko)
    for test in tests:
        outcomes = silent.seen.pop(test.name, [])
        wanted = "passed" if expected(test) else "failed"
        good = len(outcomes) == 1 and outcomes[0][0] == expected(test)
        note = outcomes[0][1] if outcomes else "no result"
        results.add(kernel.name, f"lab/{test.name.split('/')[1]}", good,
                    f"{wanted} as it must: {note}" if good else f"must have {wanted}: {note}",
                    [str(outcome) for outcome in outcomes])
    leaks = silent.seen.pop("self/kmemleak", [])
    if kernel.name == "debug":
        results.add(kernel.name, "lab/kmemleak", any(not good for good, *_ in leaks),
                    "the leak must be reported")
    for other, outcomes in silent.seen.items():
        results.add(kernel.name, f"lab/{other}", False, f"unexpected: {outcomes[0][1]}",
                    outcomes[0][2])
