# SPDX-License-Identifier: GPL-2.0
"""Debian programs that are too large for the initramfs, on disk images for guests.

An image is read-only ext4; in the guest it is the disk whose serial is its name.

tools.ext4, for the bench, has bin, etc and lib: the programs, their settings and the
libraries that they name, the loader among them. Once it is mounted at /tools,

    /tools/lib/ld-linux-x86-64.so.2 --library-path /tools/lib /tools/bin/fio

runs a program. root.ext4, for guest tests, has whole packages, to chroot to; their
maintainer scripts have not run.
"""

import hashlib
import os
import re
import shutil
import subprocess

import cache
import initramfs
import kernels
import packages
import progress
import shell
from cache import LabError

SPARE = 4           # MiB of an image beyond its files
BLOCK = 4096
PROGRAMS = ["sbin/mke2fs", "usr/bin/fio"]
SETTINGS = ["etc/mke2fs.conf"]
LOADER = "ld-linux-x86-64.so.2"
# What no program of the root runs by itself.
UNUSED = re.compile("perl|libperl|lib.*-perl$|dpkg$|debconf$|locales$|libc-l10n$|adduser$|passwd$")
UNREAD = ["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info",
          "usr/share/lintian", "usr/share/bash-completion", "usr/lib/systemd", "lib/systemd"]
FOLDERS = ["proc", "sys", "dev", "tmp", "run", "root", "data"]


class Image:
    """An image of packages and what they depend on, kept in the cache."""

    def __init__(self, name, programs, takes, fill):
        self.name = name
        self.packages = programs
        self.takes = takes          # whether it takes a package that these depend on
        self.fill = fill            # makes the content, in a folder, of the unpacked packages

    @property
    def versions(self):
        """Name and version of all packages that it takes."""
        found = packages.suite(kernels.STABLE).closure(self.packages)
        return {name: version for name, version in sorted(found.items())
                if name in self.packages or self.takes(name)}

    def build(self, tree):
        """Fetch, pick, pack."""
        scratch, folder = os.path.join(tree, "scratch"), os.path.join(tree, "folder")
        os.mkdir(scratch)
        os.mkdir(folder)
        packages.suite(kernels.STABLE).unpack(list(self.versions), scratch)
        self.fill(scratch, folder)
        size = size_mib(folder) * 21 // 20 + SPARE
        shell.run(["/sbin/mke2fs", "-q", "-t", "ext4", "-b", str(BLOCK), "-O", "^has_journal",
                   "-m", "0", "-E", "root_owner=0:0", "-d", folder,
                   os.path.join(tree, self.name), f"{size}M"])
        shutil.rmtree(scratch)
        shutil.rmtree(folder)
        progress.say(f"build: {self.name} ({size} MiB): {' '.join(self.packages)}")

    def path(self):
        """The image; built where the cache lacks it."""
        with open(__file__, "rb") as handle:
            kind = hashlib.sha256(handle.read() + repr(self.versions).encode())
        entry = cache.folder("kits", f"{self.name}_{kind.hexdigest()[:16]}")
        return os.path.join(cache.entry(entry, self.build), self.name)


def size_mib(folder):
    """MiB of all files and folders of a folder."""
    sizes = [os.lstat(os.path.join(place, name)).st_size
             for place, folders, names in os.walk(folder) for name in folders + names]
    return -(-sum(-(-size // BLOCK) * BLOCK for size in sizes) >> 20)


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
                raise LabError(f"no package that was unpacked has {name}")
            found[name] = where[name]
            ahead.append(where[name])
    return found


def picked(tree, folder):
    """PROGRAMS and SETTINGS, and what they need, in three folders."""
    programs = [os.path.join(tree, path) for path in PROGRAMS]
    wanted = {f"bin/{os.path.basename(path)}": path for path in programs}
    wanted.update((path, os.path.join(tree, path)) for path in SETTINGS)
    wanted.update((f"lib/{name}", path) for name, path in libraries(tree, programs).items())
    for name, path in wanted.items():
        target = os.path.join(folder, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(os.path.realpath(path), target)


def whole(tree, folder):
    """All that is used of the packages, with users, a shell, and folders to mount on."""
    for path in UNREAD:
        shutil.rmtree(os.path.join(tree, path), ignore_errors=True)
    for name in os.listdir(tree):
        shutil.move(os.path.join(tree, name), folder)
    for name in FOLDERS:
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    for name, text in (("passwd", initramfs.USERS), ("group", initramfs.GROUPS),
                       ("hosts", "127.0.0.1 localhost\n")):
        cache.write(os.path.join(folder, "etc", name), text)
    os.symlink("busybox", os.path.join(folder, "bin", "sh"))


TOOLS = Image("tools.ext4", ["e2fsprogs", "fio"], re.compile("z?lib").match, picked)
ROOT = Image("root.ext4", ["busybox-static", "fio", "stress-ng", "sqlite3", "lmdb-utils",
                           "memcached", "python3", "python3-lmdb"],
             lambda name: not UNUSED.match(name), whole)
