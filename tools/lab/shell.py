# SPDX-License-Identifier: GPL-2.0
"""Running the host's commands: quiet when they work, their output when not."""

import os
import shlex
import subprocess

from cache import LabError


def run(argv, **options):
    """Run a command; its output is shown only in the error when it fails."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace",
                          check=False, **options)
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-40:])
        raise LabError(f"{shlex.join(argv)}: exit status {done.returncode}\n{tail}")
    return done.stdout


def environment():
    """Our environment without what an outer make put there."""
    return {key: value for key, value in os.environ.items()
            if key not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "KDIR", "KERNEL")}


def make(arguments, **options):
    """Run make, on all CPUs; returns its output."""
    return run(["make", jobs(), *arguments], env=environment(), **options)


def as_root(argv):
    """The command as root: itself, or through sudo."""
    return list(argv) if os.geteuid() == 0 else ["sudo", *argv]


def jobs():
    """The -j argument for make."""
    return f"-j{len(os.sched_getaffinity(0))}"
