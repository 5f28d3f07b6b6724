# SPDX-License-Identifier: GPL-2.0
"""Running guest tests: boots of tests that share a machine, one result for each test."""

import os
import re
import time

import complaints
import guesttests
import machine
import module
import progress
import programs
import tap
import toolbox
from cache import BUILD, LabError

OVERHEAD = 25       # seconds beside a test's own time: loading, unloading, saying why it hung
SHOWN = 40          # lines of a failed test that are shown


class Results:
    """Counts and the lines that say how each test ended."""

    def __init__(self):
        self.passed = 0
        self.failed = []

    def add(self, kernel, name, good, note, detail=()):
        """Count one test and print its line; for a failed one its last lines too."""
        label = f"{kernel} {name}"
        if good:
            self.passed += 1
        else:
            self.failed.append(label)
        progress.result(f"{'ok  ' if good else 'FAIL'} {label} ({note})")
        for line in [] if good else list(detail)[-SHOWN:]:
            progress.result(f"     | {line}")

    def total(self):
        return f"{self.passed} passed, {len(self.failed)} failed"


class Boot:
    """One boot of one group: judges what it can, leaves the rest to another boot."""

    def __init__(self, kernel, tests, label, scale, scan):
        self.kernel = kernel
        self.tests = tests
        self.label = label
        self.scale = scale
        self.scan = scan
        self.ended = {}             # name: (status, centiseconds, clean)
        self.printed = {}           # name: lines
        self.current = None
        self.partial = b""
        self.first = time.monotonic()
        self.log = os.path.join(BUILD, "log", kernel.name, label)

    def guest(self, ko):
        guest = machine.Guest(self.kernel, "exec /bin/sh /lab/tests\n")
        first = self.tests[0].meta
        guest.memory, guest.cpus = memory(self.kernel, int(first["mem"])), int(first["smp"])
        guest.disks = [] if first["disks"] == "none" else first["disks"].split(",")
        guest.images = [toolbox.ROOT.path()] if "root" in self.tests[0].flags else []
        guest.module, guest.load, guest.watchdog = ko, False, False
        guest.timeout = sum(self.seconds(test) + OVERHEAD for test in self.tests) + 60
        guest.extra = {"scan": "yes" if self.scan else "", "rounds": str(rounds(self.kernel))}
        guest.files = programs.tests(self.tests)
        guest.files += programs.helpers() + programs.tools() + [self.write_list()]
        guest.log, guest.output = self.log + ".kernel.log", self.feed
        self.nonce = guest.nonce
        return guest

    def seconds(self, test):
        return int(test.timeout * self.scale)

    def write_list(self):
        """The file that tells the guest's runner what to do."""
        path = self.log + ".list"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as handle:
            for test in self.tests:
                load = "nomodule" if "nomodule" in test.flags else "module"
                handle.write("\t".join([test.name, str(self.seconds(test)),
                                        test.meta["kmod"] or "-", load, test.meta["param"]]) + "\n")
        return path, "lab/list"

    def feed(self, data):
        """Output of the guest, as it comes."""
        *lines, self.partial = (self.partial + data).split(b"\n")
        for raw in lines:
            self.line(raw.decode("utf-8", "replace").rstrip("\r"))

    def line(self, line):
        match = re.match(rf"(.*)dpager-lab {self.nonce} (begin|end) (\S+) ?(\S*) ?(\S*) ?(\S*)$", line)
        if not match:
            self.printed.setdefault(self.current or "", []).append(line)
            return
        if match[1]:
            self.printed.setdefault(self.current or "", []).append(match[1])
        if match[2] == "end":
            self.ended[match[3]] = (int(match[4]), int(match[5]), match[6])
            self.current = None
        else:
            self.current = match[3]
            progress.step(f"{self.kernel.name} {match[3]} "
                          f"({len(self.ended) + 1}/{len(self.tests)} of this boot)")

    def run(self, ko, results):
        """Boot; judge what began. Returns the tests that another boot must run."""
        for old in (".kernel.log", ".log"):
            if os.path.exists(self.log + old):
                os.unlink(self.log + old)
        progress.step(f"{self.kernel.name} booting for {self.tests[0].kind}")
        guest = self.guest(ko)
        guest.run()
        self.line(self.partial.decode("utf-8", "replace"))
        kernel_log = complaints.sections(guest.lines, guest.nonce)
        self.save()
        rest = []
        for test in self.tests:
            if test.name in self.ended or test.name == self.current:
                self.judge(test, guest, kernel_log.get(test.name, []), results)
            else:
                rest.append(test)
        self.judge_boot(guest, kernel_log, results, len(rest) == len(self.tests))
        return rest

    def judge(self, test, guest, log, results):
        """One test's result."""
        printed = self.printed.get(test.name, [])
        wrong = []
        status, centiseconds, clean = self.ended.get(test.name, (None, 0, ""))
        verdict = tap.judge(printed, status)
        if status is None:
            wrong.append("the guest hung" if guest.status == machine.TIMEOUT else "the guest died")
        elif status == 124:
            wrong.append(f"did not end within {self.seconds(test)} s")
        wrong += verdict.wrong
        if clean == "unload":
            wrong.append("dpager could not be unloaded within 10 s")
        elif clean == "processes":
            wrong.append("left a process that SIGKILL does not end")
        elif clean == "accounts":
            wrong.append("dpager's books do not balance")
        bad = complaints.harmful(log, test.meta["allow"])
        wrong += [f"kernel: {line}" for line in bad]
        skipped = f", {len(verdict.skips)} skipped: {verdict.skips[0]}" if verdict.skips else ""
        note = f"{verdict.checks} checks, {centiseconds / 100:.1f} s{skipped}"
        if wrong:
            note = wrong[0] + (f" and {len(wrong) - 1} more" if len(wrong) > 1 else "")
        results.add(self.kernel.name, test.name, not wrong, note, detail(printed, log, wrong))

    def judge_boot(self, guest, kernel_log, results, nothing_ran):
        """What belongs to no test: kmemleak's scan, complaints between tests, a boot that failed."""
        name = f"{self.tests[0].kind}/boot"
        outside = kernel_log.get("", [])
        wrong = [f"kernel: {line}" for line in complaints.harmful(outside)]
        if nothing_ran:
            wrong.append("no test could begin")
        if wrong:
            results.add(self.kernel.name, name, False, wrong[0],
                        self.printed.get("", []) + outside[-SHOWN:] + wrong)
        if self.scan and "kmemleak" in self.ended:
            leaks = complaints.harmful(kernel_log.get("kmemleak", []))
            results.add(self.kernel.name, f"{self.tests[0].kind}/kmemleak", not leaks,
                        leaks[0] if leaks else "no leak", kernel_log.get("kmemleak", []))

    def save(self):
        """What the tests printed, beside the kernel's log."""
        with open(self.log + ".log", "w", encoding="utf-8") as handle:
            for name, lines in self.printed.items():
                handle.write(f"== {name or 'boot'}\n" + "".join(f"{line}\n" for line in lines))


def detail(printed, log, wrong):
    """The lines that show why a test failed, the most telling last."""
    shown = [line for line in printed if not line.startswith("ok ")][-SHOWN // 2:]
    relevant = [f"[kernel] {line}" for line in log if "dpager" in line or
                complaints.COMPLAINT.search(line)][: SHOWN // 3]
    return shown + relevant + wrong[:6]


def memory(kernel, mib):
    """MiB of a guest: KASAN's shadow takes an eighth and lockdep its tables, so the
    debug kernel gets that much more and tests see about the same room."""
    return mib + mib // 8 + 128 if kernel.name == "debug" else mib


def scale(kernel):
    """By how much tests may be slower than they declare."""
    return float(os.environ.get("DPAGER_TIMEOUT_SCALE", "1")) * (4 if kernel.name == "debug" else 1)


def rounds(kernel):
    """Percent of its rounds that a test which asks (rounds.h) does there."""
    return 10 if kernel.name == "debug" else 100


def run(kernel, tests, results, ko=None):
    """Run tests on a kernel; every one of them gets a result."""
    needs = any("nomodule" not in test.flags for test in tests)
    if not ko and (needs or module.exists()):
        ko = module.path(kernel)
    for group in guesttests.groups(tests):
        boots = 0
        while group:
            boots += 1
            label = f"{group[0].kind}-{group[0].name.split('/')[1].split('-')[0]}"
            boot = Boot(kernel, group, label, scale(kernel), kernel.name == "debug")
            try:
                rest = boot.run(ko, results)
            except LabError as error:
                lines = str(error).splitlines()
                results.add(kernel.name, f"{group[0].kind}/boot", False, lines[0], lines)
                rest = group
            if len(rest) == len(group):
                for test in rest:
                    results.add(kernel.name, test.name, False, "the guest could not run it")
                rest = []
            group = rest
