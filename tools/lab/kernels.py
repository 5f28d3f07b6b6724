# SPDX-License-Identifier: GPL-2.0
"""The kernels the lab knows: names, packages, unpacked trees.

6.1 and 6.12 are Debian 12's cloud kernels, 7.2 (or sid) is the newest one of
sid, debug is built here from linux-source-6.12 (debug.py).
"""

import glob
import lzma
import os
import re
import shlex
import subprocess

import cache
import packages
import progress
import shell
from cache import LabError

STABLE = "bookworm"
META = {"6.1": "linux-{}-cloud-amd64", "6.12": "linux-{}-6.12-cloud-amd64"}
NAMES = ["6.1", "6.12", "sid", "debug"]


class Kernel:
    """One kernel: its image, its modules and where modules are built for it."""

    def __init__(self, name, tree, release, kdir, root=None, image=None):
        self.name = name            # 6.1, 6.12, 7.2, debug
        self.tree = tree            # the unpacked packages
        self.release = release      # uname -r
        self.kdir = kdir            # make -C kdir, inside root where there is one
        self.root = root            # the sid root, or None
        self.built = image          # the image, where it was built here

    @property
    def modules(self):
        """/lib/modules/<release>, unpacked."""
        for lib in ("lib", "usr/lib"):
            path = os.path.join(self.tree, lib, "modules", self.release)
            if os.path.isdir(os.path.join(path, "kernel")):
                return path
        raise LabError(f"no modules of {self.release} in {self.tree}")

    @property
    def image(self):
        """The bootable image; newer packages keep it beside the modules."""
        places = [self.built, os.path.join(self.tree, "boot", f"vmlinuz-{self.release}"),
                  os.path.join(self.modules, "vmlinuz")]
        for path in filter(None, places):
            if os.path.exists(path):
                return path
        raise LabError(f"no image of {self.release} in {self.tree}")

    def make(self, folder, *arguments):
        """Run make for an external module in folder; returns make's output."""
        command = ["make", "-C", self.kdir, f"M={folder}", "CONFIG_DEBUG_INFO_BTF_MODULES=",
                   shell.jobs(), *arguments]
        env = shell.environment()
        if not self.root:
            return shell.run(command, env=env)
        os.makedirs(self.root + folder, exist_ok=True)
        inside = (f"mount -t proc proc {shlex.quote(self.root)}/proc && "
                  f"mount --bind {shlex.quote(folder)} {shlex.quote(self.root + folder)} && "
                  f"exec chroot --userspec={os.getuid()}:{os.getgid()} "
                  f"{shlex.quote(self.root)} {shlex.join(command)}")
        return shell.run(shell.as_root(["unshare", "--mount", "sh", "-c", inside]), env=env)


def number(release):
    """6.12 of 6.12.117+deb12-cloud-amd64."""
    return ".".join(release.split(".")[:2])


def canonical(name):
    """The name that results are shown under, without fetching a kernel."""
    return number(sid_release()) if name == "sid" else name


def sid_release():
    names = packages.suite("sid").names(r"^linux-headers-[0-9].*-cloud-amd64$")
    if not names:
        raise LabError("the sid suite has no linux-headers-*-cloud-amd64")
    newest = max(names, key=lambda name: [int(n) for n in re.findall(r"\d+", name)])
    return newest.removeprefix("linux-headers-")


def finish_tree(tree):
    """Index the modules of an unpacked tree, wherever its packages put them."""
    for path in glob.glob(f"{tree}/lib/modules/*") + glob.glob(f"{tree}/usr/lib/modules/*"):
        base = path[: path.rindex("/lib/modules/")]
        shell.run(["depmod", "-b", base, os.path.basename(path)])


def stable(name):
    """6.1 or 6.12: image and headers of one version, unpacked side by side."""
    suite = packages.suite(STABLE)
    image = suite.depends(META[name].format("image"), r"linux-image-[^\s,]+")
    release = image.removeprefix("linux-image-")
    headers = suite.depends(META[name].format("headers"), r"linux-headers-[^\s,]+")
    versions = {suite.show(package)["Version"] for package in (image, headers)}
    if headers != f"linux-headers-{release}" or len(versions) != 1:
        raise LabError(f"{image} and {headers} are not of one version: {versions}")
    path = cache.folder("kernels", f"{release}_{versions.pop()}")
    source = os.path.join(path, "usr", "src")

    def build(tree):
        common = suite.depends(headers, r"linux-headers-[^\s,]+-common")
        kbuild = suite.depends(headers, r"linux-kbuild-[^\s,]+")
        suite.unpack([image, headers, common, kbuild], tree)
        makefile = os.path.join(tree, "usr", "src", headers, "Makefile")
        with open(makefile, encoding="utf-8") as handle:
            text = handle.read()
        cache.write(makefile, text.replace("/usr/src/", source + "/"))
        finish_tree(tree)

    tree = cache.entry(path, build)
    return Kernel(name, tree, release, os.path.join(source, headers))


def sid(name):
    """The newest kernel of sid, with the root that its modules are built in."""
    release = sid_release()
    if name not in ("sid", number(release)):
        raise LabError(f"kernel {name} cannot be had: sid has {number(release)} now")
    suite = packages.suite("sid")
    headers = f"linux-headers-{release}"
    version = suite.show(headers)["Version"]
    parts = [f"linux-{part}-{release}" for part in ("binary", "modules", "base")]

    def unpack(tree):
        suite.unpack(parts, tree)
        finish_tree(tree)

    def bootstrap(tree):
        sid_root(tree, headers)

    tree = cache.entry(cache.folder("kernels", f"{release}_{version}"), unpack)
    root = cache.entry(cache.folder("roots", f"{release}_{version}"), bootstrap)
    return Kernel(number(release), tree, release, f"/usr/src/{headers}", root)


def sid_root(tree, headers):
    """A small sid with the compiler and the headers (440 MB)."""
    progress.say(f"build: a sid root with {headers} (mmdebstrap, about half a minute)")
    listed = os.path.join(tree, "..", os.path.basename(tree) + ".list")
    cache.write(listed, packages.sources("sid"))
    try:
        shell.run(shell.as_root([
            "mmdebstrap", "--mode=root", "--variant=apt", "--quiet",
            "--aptopt=Acquire::Check-Valid-Until \"false\"",
            "--aptopt=Apt::Install-Recommends \"false\"",
            "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/man/*",
            "--dpkgopt=path-exclude=/usr/share/locale/*", "--skip=cleanup/apt/lists",
            f"--include={headers},gcc,make,libc6-dev", "sid", tree, listed]))
    finally:
        os.unlink(listed)
    os.chmod(tree, 0o755)


def get(name):
    """The kernel of that name, fetched or built where the cache lacks it."""
    if name in META:
        return stable(name)
    if name == "debug":
        import debug  # pylint: disable=import-outside-toplevel
        return debug.kernel()
    if name == "sid" or re.fullmatch(r"\d+\.\d+", name):
        return sid(name)
    raise LabError(f"no kernel {name!r}: there are 6.1, 6.12, sid (its newest, by number too) and debug")


def read_module(path):
    """A module's bytes, whatever it is compressed with."""
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dcq", path], stdout=subprocess.PIPE, check=True).stdout
    with (lzma.open if path.endswith(".xz") else open)(path, "rb") as handle:
        return handle.read()
