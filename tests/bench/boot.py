# SPDX-License-Identifier: GPL-2.0
"""The guests that the bench boots, and what the guest's program runs in each."""

import os
import shutil
import subprocess
from dataclasses import dataclass

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
OUT = os.path.join(TOP, "build", "bench")
FILES = os.path.join(OUT, "files")      # /files of the guest
LEAST_MEMORY = 160                      # MiB that a guest boots with
WORKLOAD_SECONDS = 3600                 # no workload takes that long
DISKS_ROOM = 6 << 30                    # bytes that the disks of any boot may take
# A peer that does not survive pressure is a result (and its trace comes with it).
OOM = "Out of memory: Killed|out of memory: Killed|page allocation failure|Call Trace:"


@dataclass(frozen=True)
class Boot:
    """A kind of guest; `bench -b` and `bench -l` call it by its name."""
    name: str
    memory: int                         # MiB
    disks: tuple                        # MiB and the rest of a --disk
    options: tuple
    counted: bool = False               # under icount: once is enough, and exact


# "disks" has two equal disks, and memory that 1 GiB of swap can come back to.
BOOTS = [Boot("wall", 256, ((2048, ""), (1024, ":100M")),
              ("--smp", "2", "--tools", "--allow", OOM)),
         Boot("disks", 2560, ((1536, ""), (1536, "")), ("--smp", "2", "--allow", OOM)),
         Boot("icount", 256, ((1024, ""),), ("--icount",), counted=True)]


@dataclass(frozen=True)
class Scenario:
    """Workloads that are measured together, interleaved."""
    name: str
    boot: str
    workloads: tuple


def build():
    """The guest's program, alone in a folder."""
    subprocess.run(["make", "-s", "-C", HERE, f"O={OUT}"], check=True)
    os.makedirs(FILES, exist_ok=True)
    os.replace(os.path.join(OUT, "bench"), os.path.join(FILES, "bench"))


def scenarios():
    """What the guest's program can measure; it is static and runs here, too."""
    listed = subprocess.run([os.path.join(FILES, "bench"), "-l"], stdout=subprocess.PIPE,
                            text=True, check=True).stdout
    lines = [line.split() for line in listed.splitlines()]
    return [Scenario(name, boot, tuple(workloads)) for name, boot, *workloads in lines]


def runs(boot, wanted):
    """How often a boot measures."""
    return 1 if boot.counted else wanted


def guest(boot, kernel, scale=100):
    """The beginning of the command line of such a guest."""
    disks = [f"--disk={mib * scale // 100}M{rate}" for mib, rate in boot.disks]
    memory = max(LEAST_MEMORY, boot.memory * scale // 100)
    return [os.path.join(TOP, "tools", "lab", "guest"), "--kernel", kernel,
            "--mem", str(memory), *disks, *boot.options, "--files", FILES]


def environment():
    """Of such a guest: its disks lie in the host's memory, where that can be. Else what
    the host writes back of them, whenever it does, would be measured, too."""
    memory = "/dev/shm"
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < DISKS_ROOM:
        return dict(os.environ)
    return {**os.environ, "TMPDIR": memory}


def command(boot, args, log, count, workloads):
    """The command line of a guest that measures some workloads."""
    return [*guest(boot, args.kernel, args.scale), "--log", log,
            "--timeout", str(WORKLOAD_SECONDS * len(workloads)), "--",
            "/files/bench", "-n", str(count), "-s", str(args.scale),
            *(["-p", args.peers] if args.peers else []), "-b", boot.name, *workloads]
