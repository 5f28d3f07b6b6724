# SPDX-License-Identifier: GPL-2.0
"""The guest tests: finding them, what they declare, which share a boot.

A test declares what it needs in one of its first 30 lines, for example:
  guest: mem=512 smp=2 disks=2G,2G timeout=120 kernels=6.1,debug kmod=null_blk long
With the word root, the last disk is the root of Debian's programs (toolbox.py).
"""

import glob
import os
import re
import shlex

from cache import TOP, LabError

KINDS = ["segment", "store", "object", "paging", "fault", "evacuate", "admin", "mach", "file",
         "mount", "program", "uffd"]
DEFAULTS = {"mem": "512", "smp": "2", "disks": "2G,2G", "timeout": "60", "kernels": "",
            "param": "", "allow": "", "kmod": ""}
FLAGS = ["long", "nomodule", "root"]
FIXED = ("6.1", "6.12", "debug")


class Test:
    """One test program and what it declares."""

    def __init__(self, path):
        self.source = path
        self.kind = os.path.basename(os.path.dirname(path))
        self.name = f"{self.kind}/{os.path.splitext(os.path.basename(path))[0]}"
        self.script = path.endswith(".sh")
        self.meta = dict(DEFAULTS)
        self.flags = set()
        self.read()

    def read(self):
        with open(self.source, encoding="utf-8") as handle:
            head = [line for _, line in zip(range(30), handle)]
        for line in head:
            match = re.match(r"[\s/*#]*guest:\s+(.*?)\s*(?:\*/)?\s*$", line)
            if match:
                self.declare(match[1])

    def declare(self, text):
        for word in shlex.split(text):
            key, equals, value = word.partition("=")
            if equals and key in self.meta:
                self.meta[key] = value
            elif not equals and key in FLAGS:
                self.flags.add(key)
            else:
                raise LabError(f"{self.source}: unknown word in its guest: line: {word}")
        for key in ("mem", "smp", "timeout"):
            if not self.meta[key].isdigit():
                raise LabError(f"{self.source}: {key} is not a number")

    @property
    def timeout(self):
        return int(self.meta["timeout"])

    def wants(self, kernel):
        """Is the test for that kernel? Any name but the fixed ones means sid's newest."""
        names = [name for name in self.meta["kernels"].split(",") if name]
        if not names or kernel in names:
            return True
        return kernel not in FIXED and any(name not in FIXED for name in names)

    def machine(self):
        """What tests must agree on to share a boot."""
        return (self.kind, self.meta["mem"], self.meta["smp"], self.meta["disks"],
                "root" in self.flags)


def find(root=None):
    """All tests, in order of kind and number."""
    root = root or os.path.join(TOP, "tests", "guest")
    paths = glob.glob(os.path.join(root, "*", "[0-9]*.c")) + glob.glob(
        os.path.join(root, "*", "[0-9]*.sh"))
    tests = sorted((Test(path) for path in paths),
                   key=lambda test: (order(test.kind), test.name))
    names = [test.name for test in tests]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise LabError(f"two tests of one name: {', '.join(sorted(twice))}")
    return tests


def order(kind):
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def select(tests, kernel, pattern="", long=False, only_long=False):
    """The tests for a kernel: all, a kind, or kind/NN-name (or its start)."""
    chosen = [test for test in tests if test.wants(kernel)]
    if pattern:
        wanted = re.split(r"[ ,]+", pattern.strip())
        return [test for test in chosen if any(matches(test, word) for word in wanted)]
    if only_long:
        return [test for test in chosen if "long" in test.flags]
    return [test for test in chosen if long or "long" not in test.flags]


def matches(test, word):
    return test.kind == word or "/" in word and (
        test.name == word or test.name.startswith(word.rstrip("*") + "-"))


def groups(tests):
    """Lists of tests that share a boot, in order."""
    found = {}
    for test in tests:
        found.setdefault(test.machine(), []).append(test)
    return list(found.values())
