# SPDX-License-Identifier: GPL-2.0
"""The KUnit suites: in UML by the kernel's kunit.py, and as a module in the debug kernel."""

import json
import os

import cache
import complaints
import kernels
import machine
import module
import progress
import shell
import source
import tap
from cache import BUILD, TOP, LabError

SUITES = os.path.join(TOP, "tests", "kunit")
UAPI = os.path.join(TOP, "include", "uapi", "linux")


def overlay(target):
    """One folder with the suites, dpager's files and the UAPI header."""
    os.makedirs(os.path.join(target, "uapi", "linux"), exist_ok=True)
    pieces = [(os.path.join(TOP, "dpager"), target, (".c", ".h")),
              (SUITES, target, (".c", ".h", "Kbuild", "Kconfig")),
              (UAPI, os.path.join(target, "uapi", "linux"), (".h",))]
    wanted = set()
    for folder, into, suffixes in pieces:
        for name in os.listdir(folder):
            if name.endswith(suffixes) and not name.endswith(".mod.c") and (
                    folder == SUITES or name != "Kbuild"):
                module.copy(os.path.join(folder, name), os.path.join(into, name))
                wanted.add(os.path.join(into, name))
    for name in os.listdir(target):
        path = os.path.join(target, name)
        if name.endswith((".c", ".h")) and not name.endswith(".mod.c") and path not in wanted:
            os.unlink(path)
    if not any(name.endswith("_kunit.c") for name in os.listdir(target)):
        raise LabError("there is no tests/kunit/*_kunit.c")


def tree():
    """A kernel source with a place for the overlay, sharing its files with the cache's."""
    def build(target):
        copy = os.path.join(target, "linux")
        shell.run(["cp", "-al", source.tree(), copy])
        for name, line in (("Makefile", "obj-y += dpager/"),
                           ("Kconfig", 'source "lib/dpager/Kconfig"')):
            path = os.path.join(copy, "lib", name)
            with open(path, encoding="utf-8") as handle:
                text = handle.read()
            cache.write(path, f"{text}\n{line}\n")
        os.mkdir(os.path.join(copy, "lib", "dpager"))

    return cache.entry(cache.folder("kunit", source.version()), build)


def uml(results):
    """Build and run the suites in UML; each case is one result."""
    place = tree()
    with cache.lock(place + ".run"):
        linux, out = os.path.join(place, "linux"), os.path.join(place, "build")
        overlay(os.path.join(linux, "lib", "dpager"))
        os.makedirs(out, exist_ok=True)
        report = os.path.join(place, "report.json")
        if os.path.exists(report):
            os.unlink(report)
        progress.say("kunit: building and running the suites in UML (80 s the first time)")
        output, error = "", None
        try:
            output = shell.run(
                ["python3", "tools/testing/kunit/kunit.py", "run", shell.jobs().replace("-j", "--jobs="),
                 f"--kunitconfig={SUITES}/.kunitconfig", f"--build_dir={out}",
                 f"--json={report}", "--timeout=300"], cwd=linux, env=shell.environment())
        except LabError as failure:
            output, error = str(failure), failure
        keep("uml.log", output)
        if not os.path.exists(report):
            raise error or LabError(f"kunit.py made no report\n{output}")
        with open(report, encoding="utf-8") as handle:
            cases = list(flatten(json.load(handle)))
    for suite, name, status in cases:
        results.add("uml", f"kunit/{suite}.{name}", status == "PASS", status.lower(),
                    [line for line in output.splitlines() if name in line or "#" in line])
    if not cases or error and all(status == "PASS" for *_, status in cases):
        results.add("uml", "kunit", False, "kunit.py failed", output.splitlines())


def flatten(group, name=""):
    """(suite, case, status) of a report."""
    for case in group.get("test_cases", []):
        yield name, case["name"], case["status"]
    for below in group.get("sub_groups", []):
        yield from flatten(below, ".".join(filter(None, (name, below.get("name")))))


def keep(name, text):
    path = os.path.join(BUILD, "log", "kunit", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    cache.write(path, text)


def debug(results):
    """Load the suites as a module in the debug kernel."""
    kernel = kernels.get("debug")
    folder = os.path.join(BUILD, "ko", "debug-kunit")
    with cache.lock(folder):
        overlay(folder)
        kernel.make(folder, "modules")
    guest = machine.Guest(kernel, "insmod /dpager.ko && rmmod dpager_kunit\n")
    guest.module, guest.load = os.path.join(folder, "dpager_kunit.ko"), False
    guest.disks, guest.timeout, guest.leaks = [], 600, True
    guest.memory = 704
    guest.log = os.path.join(BUILD, "log", "debug", "kunit.kernel.log")
    status = guest.run()
    cases = tap.kunit(guest.lines)
    for name, passed, note in cases:
        results.add("debug", f"kunit/{name}", passed, note or "ok",
                    [line for line in guest.lines if "# " + name.split(".")[1] in line])
    failures = machine.explain(guest) + ([f"exit status {status}"] if status else [])
    if not cases:
        failures.append("no suite ran")
    if failures:
        shown = complaints.harmful(guest.lines) or guest.lines[-30:]
        results.add("debug", "kunit", False, failures[0], shown + failures)
