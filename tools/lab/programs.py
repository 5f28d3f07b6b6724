# SPDX-License-Identifier: GPL-2.0
"""Programs for guests, built on the host with make (guest.mk), static but for a few."""

import glob
import os

import cache
import shell
from cache import BUILD, TOP, LabError

OUT = os.path.join(BUILD, "guest")
TESTS = os.path.join(TOP, "tests")


def binary(source):
    """Where the program of tests/<path>.c is built."""
    return os.path.join(OUT, os.path.relpath(os.path.splitext(source)[0], TESTS))


def build(sources):
    """Build the programs of these sources."""
    goals = [binary(source) for source in sources]
    if not goals:
        return
    if any(os.path.basename(os.path.dirname(source)) == "mach" for source in sources):
        library()
    make(goals)


def make(goals):
    """Build these files."""
    with cache.lock(OUT):
        shell.make(["-f", os.path.join(os.path.dirname(__file__), "guest.mk"),
                    f"TOP={TOP}", f"OUT={OUT}", *goals])


def library():
    """libdpager.a, which guest.mk links to the tests of kind mach."""
    out = os.path.join(OUT, "tools")
    os.makedirs(out, exist_ok=True)
    with cache.lock(out):
        shell.make(["-C", os.path.join(TOP, "tools"), f"O={out}", "libdpager"])


def tools():
    """dpagerctl and libdpager-preload.so, as (host path, guest path) pairs; none while there is
    no tools/Makefile."""
    if not os.path.exists(os.path.join(TOP, "tools", "Makefile")):
        return []
    out = os.path.join(OUT, "tools")
    os.makedirs(out, exist_ok=True)
    with cache.lock(out):
        shell.make(["-C", os.path.join(TOP, "tools"), "STATIC=1", f"O={out}"])
    path = os.path.join(out, "dpagerctl")
    if not os.path.exists(path):
        raise LabError(f"make -C tools STATIC=1 made no {path}")
    libraries = sorted(glob.glob(os.path.join(out, "lib", "*")))
    libraries.append(os.path.join(out, "libdpager-preload.so"))
    return [(path, "bin/dpagerctl")] + [
        (library, f"lib/x86_64-linux-gnu/{os.path.basename(library)}") for library in libraries]


def helpers():
    """The programs of tests/guest/bin, and the examples, as (host path, guest path) pairs for
    /bin."""
    sources = sorted(glob.glob(os.path.join(TESTS, "guest", "bin", "*.c")))
    build(sources)
    programs = [binary(source) for source in sources] + examples()
    return [(program, f"bin/{os.path.basename(program)}") for program in programs]


def examples():
    """The programs of examples/*, each of one file."""
    names = [os.path.basename(path) for path in sorted(glob.glob(os.path.join(TOP, "examples", "*")))]
    goals = [os.path.join(OUT, "examples", name) for name in names]
    make(goals)
    return goals


def demo():
    """tests/demo/demo.c as /bin/demo."""
    source = os.path.join(TESTS, "demo", "demo.c")
    if not os.path.exists(source):
        raise LabError(f"there is no {os.path.relpath(source, TOP)}")
    build([source])
    return [(binary(source), "bin/demo")]


def tests(group):
    """The programs of guest tests and what their scripts share, as (host path, guest path) pairs."""
    build([test.source for test in group if not test.script])
    shared = glob.glob(os.path.join(TESTS, "guest", "lib", "*.sh"))
    return [(test.source, f"tests/{test.name}.sh") if test.script
            else (binary(test.source), f"tests/{test.name}") for test in group] + [
                (path, f"tests/lib/{os.path.basename(path)}") for path in sorted(shared)]
