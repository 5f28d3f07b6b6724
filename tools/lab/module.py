# SPDX-License-Identifier: GPL-2.0
"""dpager.ko for one kernel, built in build/ko/<kernel>/ from copies of the sources."""

import filecmp
import os
import shutil

import cache
from cache import BUILD, TOP, LabError

PARTS = ["Kbuild", "dpager", "include", "tests/kunit"]
SUFFIXES = (".c", ".h", ".S", "Kbuild", "Kconfig", "Makefile", ".kunitconfig")


def sources(top, parts):
    """The relative paths of all source files below the parts that exist."""
    for part in parts:
        path = os.path.join(top, part)
        if os.path.isfile(path):
            yield part
        for folder, _, names in os.walk(path):
            for name in names:
                if name.endswith(SUFFIXES) and not name.endswith(".mod.c"):
                    yield os.path.relpath(os.path.join(folder, name), top)


def mirror(source, target, parts):
    """Make target's parts equal to source's, leaving unchanged files alone."""
    wanted = set(sources(source, parts))
    for path in set(sources(target, parts)) - wanted:
        os.unlink(os.path.join(target, path))
    for path in wanted:
        copy(os.path.join(source, path), os.path.join(target, path))


def copy(new, old):
    """Copy a file where it differs, so that make sees what changed."""
    if os.path.exists(old) and filecmp.cmp(new, old, shallow=False):
        return
    os.makedirs(os.path.dirname(old), exist_ok=True)
    shutil.copyfile(new, old)


def build(kernel, source=TOP, into=None, target="modules", arguments=()):
    """Build an external module's folder; returns (build folder, make's output)."""
    folder = into or os.path.join(BUILD, "ko", kernel.name)
    with cache.lock(folder):
        os.makedirs(folder, exist_ok=True)
        mirror(source, folder, PARTS)
        return folder, kernel.make(folder, target, *arguments)


def path(kernel, **options):
    """dpager.ko for a kernel, built when the sources changed."""
    if not options and not exists():
        raise LabError("no module to build: there is no Kbuild (--no-module boots without)")
    folder, _ = build(kernel, **options)
    ko = os.path.join(folder, "dpager", "dpager.ko")
    if not os.path.exists(ko):
        raise LabError(f"the build for {kernel.name} made no {ko}")
    return ko


def exists():
    """Is there a module to build?"""
    return os.path.exists(os.path.join(TOP, "Kbuild"))
