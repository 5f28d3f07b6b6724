# SPDX-License-Identifier: GPL-2.0
"""The debug kernel: built here, because Debian's has no KASAN, lockdep, kmemleak or KUnit."""

import hashlib
import os
import re
import subprocess

import cache
import kernels
import machine
import progress
import shell
import source
from cache import LabError

CONFIG = os.path.join(os.path.dirname(os.path.realpath(__file__)), "debug.config")


def kernel():
    """The debug kernel, built where the cache has none of this version and configuration."""
    with open(CONFIG, "rb") as handle:
        kind = hashlib.sha256(handle.read()).hexdigest()[:12]
    path = cache.folder("debug", f"{source.version()}_{kind}")
    # External modules find the build folder by its name, so it is built under its own.
    done = os.path.join(path, "done")
    with cache.lock(path):
        if not os.path.exists(done):
            build(path)
            cache.write(done, "")
    release = open(os.path.join(path, "include", "config", "kernel.release"),
                   encoding="ascii").read().strip()
    return kernels.Kernel("debug", os.path.join(path, "tree"), release, path,
                          image=os.path.join(path, "arch", "x86", "boot", "bzImage"))


def build(path):
    """Configure and build in path, going on where an interrupted build stopped."""
    tree = source.tree()
    progress.say("build: the debug kernel (about 5 minutes on two free CPUs)")
    os.makedirs(path, exist_ok=True)
    common = ["-C", tree, f"O={path}", "ARCH=x86_64"]
    shell.make([*common, "tinyconfig"])
    shell.run([os.path.join(tree, "scripts", "kconfig", "merge_config.sh"), "-m", "-O", path,
               os.path.join(path, ".config"), CONFIG])
    shell.make([*common, "olddefconfig"])
    check_config(os.path.join(path, ".config"))
    with machine.slot(False):
        compile_all(common)
    shell.make([*common, "modules_install", f"INSTALL_MOD_PATH={path}/tree",
                "INSTALL_MOD_STRIP=1"])


def check_config(path):
    """An option that Kconfig dropped would be a check that is silently missing."""
    with open(path, encoding="utf-8") as handle:
        have = set(handle.read().splitlines())
    with open(CONFIG, encoding="utf-8") as handle:
        want = [line for line in handle.read().splitlines() if re.match(r"CONFIG_\w+=[^n]", line)]
    lost = [line for line in want if line not in have]
    if lost:
        raise LabError(f"the debug kernel would lack {' '.join(lost)}")


def compile_all(common):
    """make, with the number of compiled files as progress."""
    command = ["make", shell.jobs(), *common, "bzImage", "modules"]
    tail, count = [], 0
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace",
                          env=shell.environment()) as make:
        for line in make.stdout:
            tail = [*tail[-40:], line]
            count += line.startswith(("  CC", "  AS"))
            if count % 10 == 0:
                progress.step(f"debug kernel: {count} of about 1900 files compiled")
    if make.returncode:
        raise LabError("building the debug kernel failed\n" + "".join(tail))
