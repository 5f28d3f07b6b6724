# SPDX-License-Identifier: GPL-2.0
"""What was measured already: kept for each kernel and each state of the measured files."""

import datetime
import hashlib
import json
import os
import subprocess

import boot

# What the figures depend on.
MEASURED = ["dpager", "include", "Kbuild", "tests/bench/*.c", "tests/bench/*.h",
            "tests/bench/Makefile", "tests/bench/boot.py", "tools/lab/machine.py",
            "tools/lab/toolbox.py"]


def git(*words):
    return subprocess.run(["git", "-C", boot.TOP, *words], stdout=subprocess.PIPE, text=True,
                          check=True).stdout.strip()


def commit():
    """The commit that is measured, marked when the files are not quite its."""
    dirty = git("status", "--porcelain", "--", *MEASURED)
    return git("rev-parse", "--short=12", "HEAD") + ("-dirty" if dirty else "")


def digest():
    """Of all that the figures depend on."""
    names = git("ls-files", "-co", "--exclude-standard", "--", *MEASURED).splitlines()
    kind = hashlib.sha256()
    for name in sorted(set(names)):
        path = os.path.join(boot.TOP, name)
        if os.path.exists(path):
            with open(path, "rb") as handle:
                kind.update(name.encode() + b"\0" + handle.read())
    return kind.hexdigest()


def load(path, default):
    try:
        with open(path, encoding="utf-8") as handle:
            return json.load(handle)
    except FileNotFoundError:
        return default


def save(path, values):
    """A list or a dictionary, one member a line."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if isinstance(values, dict):
        ends, lines = "{}", [f"{json.dumps(k)}: {json.dumps(v)}" for k, v in values.items()]
    else:
        ends, lines = "[]", [json.dumps(value) for value in values]
    with open(path + ".new", "w", encoding="utf-8") as handle:
        handle.write(ends[0] + "\n" + ",\n".join(lines) + "\n" + ends[1] + "\n")
    os.replace(path + ".new", path)


class State:
    """{workload: {runs, date, commit, release, lines}} of one kernel and one state of the
    files; a quick look's is empty and not kept."""

    def __init__(self, release, quick=False):
        self.path = os.path.join(boot.OUT, "state", f"{release}-{digest()[:16]}.json")
        self.release = release
        self.quick = quick
        self.done = {} if quick else load(self.path, {})

    def has(self, workload, runs):
        """Was it measured at least as often?"""
        return workload in self.done and self.done[workload]["runs"] >= runs

    def save(self):
        if not self.quick:
            save(self.path, self.done)

    def forget(self, workloads):
        for workload in workloads:
            self.done.pop(workload, None)
        self.save()

    def keep(self, lines, runs):
        """All lines of some workloads."""
        for workload in dict.fromkeys(line["workload"] for line in lines):
            self.done[workload] = {
                "runs": runs, "date": datetime.date.today().isoformat(),
                "commit": commit(), "release": self.release,
                "lines": [line for line in lines if line["workload"] == workload]}
        self.save()
