# SPDX-License-Identifier: GPL-2.0
"""Debian programs that are too large for the initramfs, on a disk image for guests.

The image (ext4, read-only) has bin, etc and lib: the programs, their settings and
the libraries that they name, the loader among them. In the guest it is the disk
whose serial is tools.ext4; once it is mounted at /tools,

    /tools/lib/ld-linux-x86-64.so.2 --library-path /tools/lib /tools/bin/fio

runs a program.
"""

import os
import re
import shutil
import subprocess

import cache
import kernels
import packages
import progress
import shell
from cache import LabError

NAME = "tools.ext4"
LABEL = "bench-tools"
PACKAGES = ["e2fsprogs", "fio"]
PROGRAMS = ["sbin/mke2fs", "usr/bin/fio"]
SETTINGS = ["etc/mke2fs.conf"]
LOADER = "ld-linux-x86-64.so.2"
SPARE = 4           # MiB of the image beyond its files


def library_packages(suite):
    """The packages of libraries that PACKAGES depend on, and those that these depend on."""
    text = suite.ask("depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts",
                     "--no-breaks", "--no-replaces", "--no-enhances", *PACKAGES)
    needs, name = {}, None
    for line in text.splitlines():
        match = re.match(r"[ |]*(?:Pre)?Depends: ([\w.+-]+)$", line)
        if match:
            needs[name].add(match[1])
        elif re.match(r"[\w.+-]+$", line):
            name = line
            needs[name] = set()
    found, ahead = set(), list(PACKAGES)
    while ahead:
        new = {other for other in needs[ahead.pop()] if re.match("z?lib", other)} - found
        found |= new
        ahead += new
    return sorted(found)


def needed(path):
    """The libraries that a program or a library names."""
    text = subprocess.run(["readelf", "-d", path], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", text)


def libraries(tree, programs):
    """Name and path of every library that the programs need, directly or not."""
    where = {name: os.path.join(folder, name) for folder, _, names in os.walk(tree)
             for name in names if ".so" in name}
    found, ahead = {}, [*programs, where[LOADER]]
    found[LOADER] = where[LOADER]
    while ahead:
        for name in needed(ahead.pop()):
            if name in found:
                continue
            if name not in where:
                raise LabError(f"no package of {', '.join(PACKAGES)} has {name}")
            found[name] = where[name]
            ahead.append(where[name])
    return found


def fill(tree, folder):
    """Make the image's content of the unpacked packages."""
    programs = [os.path.join(tree, path) for path in PROGRAMS]
    wanted = {f"bin/{os.path.basename(path)}": path for path in programs}
    wanted.update((path, os.path.join(tree, path)) for path in SETTINGS)
    wanted.update((f"lib/{name}", path) for name, path in libraries(tree, programs).items())
    for name, path in wanted.items():
        target = os.path.join(folder, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(os.path.realpath(path), target)


def size_mib(folder):
    """MiB of all files of a folder."""
    sizes = [os.path.getsize(os.path.join(place, name))
             for place, _, names in os.walk(folder) for name in names]
    return -(-sum(sizes) >> 20)


def build(tree):
    """Fetch, pick, pack."""
    suite = packages.suite(kernels.STABLE)
    scratch, folder = os.path.join(tree, "scratch"), os.path.join(tree, "folder")
    os.mkdir(scratch)
    os.mkdir(folder)
    suite.unpack(PACKAGES + library_packages(suite), scratch)
    fill(scratch, folder)
    size = size_mib(folder) * 21 // 20 + SPARE
    shell.run(["/sbin/mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-m", "0", "-L", LABEL,
               "-d", folder, os.path.join(tree, NAME), f"{size}M"])
    shutil.rmtree(scratch)
    shutil.rmtree(folder)
    progress.say(f"build: {NAME} ({size} MiB): {' '.join(map(os.path.basename, PROGRAMS))}")


def path():
    """The image; built where the cache lacks it."""
    suite = packages.suite(kernels.STABLE)
    versions = [f"{name}_{suite.show(name)['Version']}".replace(":", "%") for name in PACKAGES]
    return os.path.join(cache.entry(cache.folder("kits", "_".join(["tools", *versions])), build),
                        NAME)
