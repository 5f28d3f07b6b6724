# SPDX-License-Identifier: GPL-2.0
"""linux-source-6.12, unpacked in the cache: for the debug kernel, KUnit and lint."""

import os
import shlex

import cache
import kernels
import packages
import shell

PACKAGE = "linux-source-6.12"


def version():
    return packages.suite(kernels.STABLE).show(PACKAGE)["Version"]


def tree():
    """The source folder; nobody may change what is in it."""
    def build(target):
        packages.suite(kernels.STABLE).unpack([PACKAGE], target)
        archive = f"{target}/usr/src/{PACKAGE}.tar.xz"
        shell.run(["sh", "-c", f"tar -xJf {shlex.quote(archive)} -C {shlex.quote(target)}"
                               f" && rm -r {shlex.quote(target)}/usr"])

    path = cache.entry(cache.folder("source", f"{PACKAGE}_{version()}"), build)
    return os.path.join(path, PACKAGE)
