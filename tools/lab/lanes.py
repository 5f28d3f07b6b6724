# SPDX-License-Identifier: GPL-2.0
"""Guest tests of several kernels or kinds at a time, each in a process of its own.

Most tests wait for disks and timers more than they compute, so two guests on two
CPUs are done sooner than one after the other.
"""

import concurrent.futures
import os
import re
import signal
import subprocess
import sys
import threading

import progress
from cache import LabError

LANES = 2
PATIENCE = "2"      # times the tests' own limits: they have half a machine
TOTAL = re.compile(r"(\d+) passed, (\d+) failed$")


class Lane:
    """One `check guest` as a child; its lines become ours, failures with their details."""

    def __init__(self, kernel, pattern):
        self.kernel = kernel
        check = os.path.join(os.path.dirname(os.path.realpath(__file__)), "check")
        scale = os.environ.get("DPAGER_TIMEOUT_SCALE", PATIENCE)
        # pylint: disable-next=consider-using-with # it lives as long as the lane
        self.child = subprocess.Popen(
            [sys.executable, check, "guest", "--kernel", kernel, "--tests", pattern],
            stdout=subprocess.PIPE, text=True, errors="replace",
            env={**os.environ, "DPAGER_TIMEOUT_SCALE": scale})

    def follow(self, results, lock):
        """Pass its results on until it ends."""
        block, total = [], None
        for line in self.child.stdout:
            line = line.rstrip("\n")
            if not line.startswith("     |"):
                show(block, lock)
                block = []
            total = TOTAL.match(line)
            if not total:
                block.append(line)
        show(block, lock)
        self.child.wait()
        with lock:
            self.count(results, total)

    def count(self, results, total):
        if not total:
            text = f"its run ended with status {self.child.returncode} and no result"
            results.add(self.kernel, "lab", False, text, [text])
            return
        results.passed += int(total[1])
        results.failed += [f"{self.kernel} (above)"] * int(total[2])

    def stop(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)


def show(block, lock):
    with lock:
        for line in block:
            progress.result(line)


def run(wanted, results):
    """Guest tests: wanted are pairs of a kernel and a pattern, taken in this order."""
    lock, lanes = threading.Lock(), []

    def lane(kernel, pattern):
        lanes.append(Lane(kernel, pattern))
        lanes[-1].follow(results, lock)

    count = min(LANES, len(os.sched_getaffinity(0)))
    with concurrent.futures.ThreadPoolExecutor(max_workers=count) as pool:
        waiting = [pool.submit(lane, *one) for one in wanted]
        try:
            for one in waiting:
                one.result()
        except BaseException as error:
            for other in waiting:
                other.cancel()
            for other in lanes:
                other.stop()
            if isinstance(error, OSError):
                raise LabError(f"check: {error}") from error
            raise
