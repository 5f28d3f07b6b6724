# SPDX-License-Identifier: GPL-2.0
"""The static checks, each one result. A tool that is missing or checks nothing is a failure."""

import os
import re
import shutil
import subprocess
import tempfile

import kernels
import module
import progress
import shell
import source
from cache import BUILD, TOP, LabError

UAPI = os.path.join(TOP, "include", "uapi", "linux", "dpager.h")
WARNING = re.compile(r"\b(warning|error):", re.I)
# What a compiler other than Debian's own makes kbuild say; nothing of ours.
FOREIGN = re.compile(r"the compiler differs from the one used|"
                     r"^\s*(The kernel was built by|You are using):|Skipping BTF generation")


def tracked(*suffixes):
    """The repository's files with these endings (also those not committed yet)."""
    listed = shell.run(["git", "-C", TOP, "ls-files", "--cached", "--others",
                        "--exclude-standard"]).splitlines()
    return [path for path in listed if path.endswith(suffixes)
            and os.path.exists(os.path.join(TOP, path))]


def kernel_files():
    return [path for path in tracked(".c", ".h")
            if path.startswith(("dpager/", "include/", "tests/kunit/"))]


def ask(argv):
    """(exit status, lines of output) of a tool."""
    if not shutil.which(argv[0]):
        raise LabError(f"{argv[0]} is not installed")
    done = subprocess.run(argv, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    return done.returncode, done.stdout.splitlines()


def some(found):
    """A check of no files proves nothing."""
    if not found:
        raise LabError("nothing to check")
    return found


# checkpatch takes these for mistakes where they are the rule: a version test compares
# with a macro in capitals, and trace events are laid out like all of the kernel's.
NATURE = {"compat.h": "LINUX_VERSION_CODE,CONSTANT_COMPARISON",
          "trace.h": "OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT"}


def checkpatch():
    script = os.path.join(source.tree(), "scripts", "checkpatch.pl")
    groups = {}
    for path in some(kernel_files()):
        groups.setdefault(NATURE.get(os.path.basename(path), ""), []).append(path)
    wrong = []
    for ignored, paths in groups.items():
        options = ["--ignore", ignored] if ignored else []
        status, lines = ask(["perl", script, "--strict", "--no-tree", "--terse", "--no-summary",
                             "--show-types", *options, "--file", *paths])
        wrong += lines or (["checkpatch.pl failed"] if status else [])
    return wrong


def kernel_doc():
    script = os.path.join(source.tree(), "scripts", "kernel-doc")
    status, lines = ask(["perl", script, "-none", "-Wall", *some(
        [path for path in kernel_files() if not path.startswith("tests/")])])
    return [line for line in lines if line.strip()] or (["kernel-doc failed"] if status else [])


def compiled(name, label, *arguments):
    """Warnings of a whole build with more of them switched on, in its own folder."""
    kernel = kernels.get(name)
    folder = os.path.join(BUILD, "lint", f"{kernel.name}-{label}")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        _, output = module.build(kernel, into=folder, arguments=arguments)
    except LabError as error:
        return str(error).splitlines()
    if not os.path.exists(os.path.join(folder, "dpager", "dpager.ko")):
        return ["no dpager.ko was built"]
    lines = [line for line in output.splitlines() if not FOREIGN.search(line)]
    return [line for line in lines if WARNING.search(line)]


def sparse():
    if not shutil.which("sparse"):
        raise LabError("sparse is not installed")
    return compiled("6.12", "sparse", "C=2", "CHECK=sparse")


def shellcheck():
    scripts = [path for path in tracked("") if is_shell(os.path.join(TOP, path))]
    status, lines = ask(["shellcheck", *some(scripts)])
    return lines if status else []


def is_shell(path):
    if path.endswith(".sh"):
        return True
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as handle:
        return re.match(rb"#!\s*(/usr)?/bin/(env )?(ba|da)?sh\b", handle.readline()) is not None


def header():
    """The UAPI header alone, as C and as C++."""
    wrong = []
    for argv in (["gcc", "-std=c99", "-xc"], ["gcc", "-std=gnu11", "-m32", "-isystem",
                  "/usr/include/x86_64-linux-gnu", "-xc"],
                 ["g++", "-std=c++11", "-xc++"]):
        status, lines = ask([*argv, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only",
                             UAPI])
        wrong += lines if status else []
    return wrong


def holes():
    """pahole: no struct of the UAPI header has a hole or padding."""
    names = sorted(set(re.findall(r"^struct (dpager_\w+) \{", open(UAPI, encoding="utf-8").read(),
                                  flags=re.M)))
    some(names)
    wrong = []
    with tempfile.TemporaryDirectory() as scratch:
        unit, built = os.path.join(scratch, "uapi.c"), os.path.join(scratch, "uapi.o")
        with open(unit, "w", encoding="utf-8") as handle:
            handle.write(f'#include "{UAPI}"\n')
            handle.writelines(f"struct {name} the_{name};\n" for name in names)
        shell.run(["gcc", "-g", "-gdwarf-4", "-c", "-o", built, unit])
        for name in names:
            status, lines = ask(["pahole", "-C", name, built])
            if status or not any("size:" in line for line in lines):
                wrong.append(f"pahole shows no struct {name}")
            wrong += [f"{name}: {line.strip()}" for line in lines
                      if re.search(r"XXX .*hole|holes: [1-9]|padding: [1-9]", line)]
    return wrong


def python():
    """Every python program compiles."""
    wrong = []
    scripts = [path for path in tracked("") if path.endswith(".py") or is_python(path)]
    for path in some(scripts):
        try:
            with open(os.path.join(TOP, path), encoding="utf-8") as handle:
                compile(handle.read(), path, "exec")
        except SyntaxError as error:
            wrong.append(f"{path}: {error}")
    return wrong


def is_python(path):
    path = os.path.join(TOP, path)
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as handle:
        return re.match(rb"#!.*python3", handle.readline()) is not None


def spdx():
    """The first or second line of every source names its licence."""
    names = [path for path in tracked(".c", ".h", ".py", ".sh", "Kbuild", "Kconfig", "Makefile")]
    wrong = []
    for path in some(names):
        with open(os.path.join(TOP, path), encoding="utf-8") as handle:
            if "SPDX-License-Identifier:" not in handle.readline() + handle.readline():
                wrong.append(f"{path}: no SPDX line")
    return wrong


CHECKS = [("spdx", spdx), ("shellcheck", shellcheck), ("python", python),
          ("uapi-alone", header), ("uapi-holes", holes), ("checkpatch", checkpatch),
          ("kernel-doc", kernel_doc), ("sparse", sparse)]
CHECKS += [(f"W=1-{name}", lambda name=name: compiled(name, "warn", "W=1"))
           for name in ("6.1", "6.12", "sid")]


def run(results, pattern=""):
    """All checks, or the named one."""
    chosen = [(name, check) for name, check in CHECKS if pattern in ("", name)]
    if not chosen:
        raise LabError(f"no lint check {pattern!r}: {' '.join(name for name, _ in CHECKS)}")
    for name, check in chosen:
        progress.step(f"lint: {name}")
        try:
            wrong = check()
        except LabError as error:
            wrong = str(error).splitlines()
        log = os.path.join(BUILD, "log", "lint", name + ".log")
        os.makedirs(os.path.dirname(log), exist_ok=True)
        with open(log, "w", encoding="utf-8") as handle:
            handle.writelines(f"{line}\n" for line in wrong)
        note = f"{len(wrong)} complaints, all in {os.path.relpath(log, TOP)}" if wrong else "clean"
        results.add("lint", name, not wrong, note, wrong[:40])
