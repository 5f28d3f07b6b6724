# SPDX-License-Identifier: GPL-2.0
"""The guest's initramfs: a base for each kernel, kept in the cache, and a part for each boot.

The base has busybox, dmsetup with its libraries and the kernel modules that
tests use. The boot's part has init, dpager.ko, programs and settings; the
kernel unpacks the two archives one after the other.
"""

import hashlib
import os
import re
import shlex
import subprocess

import cache
import kernels
import packages
import progress
import shell
from cpio import Archive

HERE = os.path.dirname(os.path.realpath(__file__))
MODULES = """virtio_pci virtio_blk virtio_console virtio_balloon null_blk brd loop zram nbd
    dm-mod dm-flakey dm-delay dm-log-writes dm-crypt dm-zero dm-snapshot dm-thin-pool dm-dust
    scsi_mod sd_mod scsi_debug ext4 crc32c_generic crc32c_intel libcrc32c lz4 lz4hc lzo lzo-rle
    zstd 842 deflate xts cbc aes_generic aesni-intel configfs""".split()
KIT = {"busybox": ["busybox-static"],
       "dmsetup": ["dmsetup", "libdevmapper1.02.1", "libudev1", "libselinux1", "libpcre2-8-0",
                   "libc6"]}
LOADER = "ld-linux-x86-64.so.2"
LIBRARIES = ["libc.so.6", "libm.so.6", "libdevmapper.so.1.02.1", "libudev.so.1",
             "libselinux.so.1", "libpcre2-8.so.0"]
USERS = "root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"
GROUPS = "root:x:0:\ndpager:x:990:\nuser:x:1000:\nnogroup:x:65534:\n"


def kit(name):
    """Guest programs of Debian, unpacked."""
    suite = packages.suite(kernels.STABLE)
    version = suite.show(KIT[name][0])["Version"].replace(":", "%")
    return cache.entry(cache.folder("kits", f"{name}_{version}"),
                       lambda tree: suite.unpack(KIT[name], tree))


def closure(folder, wanted):
    """The files of the wanted modules and of all they need (names without builtin ones)."""
    needs = {}
    with open(os.path.join(folder, "modules.dep"), encoding="ascii") as handle:
        for line in handle:
            path, _, others = line.strip().partition(":")
            needs[path] = others.split()
    names = {re.sub(r"\.ko(\.\w+)?$", "", os.path.basename(path)).replace("-", "_"): path
             for path in needs}
    found = set()
    for module in wanted:
        path = names.get(module.replace("-", "_"))
        if path:
            found.update([path, *needs[path]])
    return sorted(found)


def add_modules(archive, kernel, scratch):
    """The subset of the kernel's modules, uncompressed, with its own index."""
    target = os.path.join(scratch, "lib", "modules", kernel.release)
    for path in closure(kernel.modules, MODULES):
        plain = os.path.join(target, re.sub(r"\.(xz|zst|gz)$", "", path))
        os.makedirs(os.path.dirname(plain), exist_ok=True)
        with open(plain, "wb") as handle:
            handle.write(kernels.read_module(os.path.join(kernel.modules, path)))
        shell.run(["strip", "--strip-debug", "--remove-section=.BTF", plain])
    for name in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
        with open(os.path.join(kernel.modules, name), "rb") as handle:
            data = handle.read()
        with open(os.path.join(target, name), "wb") as handle:
            handle.write(data)
    shell.run(["depmod", "-b", scratch, kernel.release])
    for name in os.listdir(target):
        if name.endswith(".bin") or name == "modules.builtin.modinfo":
            os.unlink(os.path.join(target, name))
    archive.tree(target, f"lib/modules/{kernel.release}")


def add_dmsetup(archive):
    """dmsetup is dynamic in Debian: with the loader and the libraries it names."""
    tree = kit("dmsetup")
    where = {name: os.path.join(folder, name) for folder, _, names in os.walk(tree)
             for name in names if "gconv" not in folder}
    archive.copy(where["dmsetup"], "bin/dmsetup")
    archive.copy(where[LOADER], f"lib64/{LOADER}", 0o755)
    for name in LIBRARIES:
        archive.copy(os.path.realpath(where[name]), f"lib/x86_64-linux-gnu/{name}")


def add_busybox(archive):
    binary = os.path.join(kit("busybox"), "bin", "busybox")
    archive.copy(binary, "bin/busybox")
    listed = subprocess.run([binary, "--list"], stdout=subprocess.PIPE, text=True, check=True)
    for applet in listed.stdout.split():
        if applet != "busybox":
            archive.link(f"bin/{applet}", "busybox")
    archive.link("sbin/modprobe", "../bin/busybox")


def base(kernel):
    """The path of the kernel's base archive."""
    with open(__file__, "rb") as handle:
        kind = hashlib.sha256(handle.read() + kernel.image.encode()
                              + kit("busybox").encode() + kit("dmsetup").encode())

    def build(tree):
        progress.say(f"build: the guest image for {kernel.name}")
        archive = Archive()
        archive.device("dev/console", 5, 1)
        archive.device("dev/null", 1, 3)
        for name in ("proc", "sys", "tmp", "run", "mnt", "files"):
            archive.folder(name, 0o1777 if name == "tmp" else 0o755)
        archive.folder("root", 0o700)
        archive.file("etc/passwd", USERS.encode())
        archive.file("etc/group", GROUPS.encode())
        add_busybox(archive)
        add_dmsetup(archive)
        add_modules(archive, kernel, os.path.join(tree, "scratch"))
        archive.write(os.path.join(tree, "base.cpio"))
        shell.run(["rm", "-r", os.path.join(tree, "scratch")])

    path = cache.folder("images", f"{kernel.release}_{kind.hexdigest()[:16]}")
    return os.path.join(cache.entry(path, build), "base.cpio")


def settings(values):
    """The shell assignments that init reads."""
    return "".join(f"{key}={shlex.quote(str(value))}\n" for key, value in values.items())


def compose(path, kernel, command, values, module=None, files=()):
    """Write the whole initramfs of one boot; files are (host path, guest path) pairs."""
    archive = Archive()
    archive.copy(os.path.join(HERE, "image", "init"), "init", 0o755)
    for name in os.listdir(os.path.join(HERE, "image")):
        if name != "init":
            archive.copy(os.path.join(HERE, "image", name), f"lab/{name}", 0o755)
    archive.file("lab/settings", settings(values).encode())
    archive.file("lab/command", command.encode())
    if module:
        archive.copy(module, "dpager.ko")
    for source, target in files:
        if os.path.isdir(source):
            archive.tree(source, target)
        else:
            runs = target.startswith(("bin/", "tests/")) or target == "lab/script"
            archive.copy(source, target, 0o755 if runs else None)
    archive.write(path + ".boot")
    with open(path, "wb") as whole:
        for part in (base(kernel), path + ".boot"):
            with open(part, "rb") as handle:
                whole.write(handle.read())
    os.unlink(path + ".boot")
