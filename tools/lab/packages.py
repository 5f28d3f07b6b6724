# SPDX-License-Identifier: GPL-2.0
"""Debian packages from the machine's own mirror, unpacked and never installed.

apt runs with private folders, so neither the machine's package lists nor its
packages change. The mirror's address and keyring are the machine's own.
"""

import glob
import json
import os
import re
import shlex
import time

import cache
import progress
import shell
from cache import LabError

DAY = 24 * 3600
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def source_stanzas():
    """Every (address, suites, keyring) of the machine's apt sources."""
    for path in glob.glob("/etc/apt/sources.list.d/*.sources"):
        with open(path, encoding="utf-8") as handle:
            text = re.sub(r"^#.*\n", "", handle.read(), flags=re.M)
        for block in re.split(r"\n\s*\n", text):
            field = dict(re.findall(r"^([A-Za-z-]+):[ \t]*(.*)$", block, flags=re.M))
            for address in field.get("URIs", "").split():
                yield address, field.get("Suites", "").split(), field.get("Signed-By", "")
    for path in ["/etc/apt/sources.list", *glob.glob("/etc/apt/sources.list.d/*.list")]:
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as handle:
            for line in handle:
                match = re.match(r"deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)", line)
                if match:
                    key = re.search(r"signed-by=(\S+)", match[1] or "")
                    yield match[2], [match[3]], key[1] if key else ""


def mirror():
    """(archive address, security address, keyring) of this machine."""
    with open("/etc/os-release", encoding="utf-8") as handle:
        codename = dict(re.findall(r'^(\w+)="?([^"\n]*)', handle.read(), flags=re.M)).get(
            "VERSION_CODENAME", "")
    archive = security = key = ""
    for address, suites, signed in source_stanzas():
        if codename in suites or "stable" in suites:
            archive, key = archive or address.rstrip("/"), key or signed
        elif f"{codename}-security" in suites:
            security = security or address.rstrip("/")
    if not archive:
        raise LabError(f"no apt source of Debian {codename} on this machine: "
                       "add one to /etc/apt/sources.list")
    return archive, security or archive + "-security", key if key.startswith("/") else KEYRING


def sources(suite):
    """The sources.list text of 'bookworm' (with its updates) or 'sid'."""
    archive, security, key = mirror()
    option = f"[signed-by={key} check-valid-until=no]"
    lines = [f"deb {option} {archive} {suite} main"]
    if suite != "sid":
        lines += [f"deb {option} {archive} {suite}-updates main",
                  f"deb {option} {security} {suite}-security main"]
    return "\n".join(lines) + "\n"


class Suite:
    """One suite's package lists, in the cache, looked at once a day."""

    def __init__(self, name):
        self.name = name
        self.path = cache.folder("apt", name)
        self.updated = False

    def options(self):
        etc = os.path.join(self.path, "sources.list")
        return ["-o", f"Dir::Etc::sourcelist={etc}", "-o", "Dir::Etc::sourceparts=/dev/null",
                "-o", f"Dir::State::lists={self.path}/lists",
                "-o", f"Dir::State::status={self.path}/status",
                "-o", f"Dir::Cache={self.path}/cache", "-o", "APT::Sandbox::User=root",
                "-o", "Dir::Cache::pkgcache=pkgcache.bin",
                "-o", "Dir::Cache::srcpkgcache=srcpkgcache.bin",
                "-o", "Debug::NoLocking=true"]

    def update(self):
        """Fetch the lists where they are missing or a day old."""
        if self.updated:
            return
        stamp = os.path.join(self.path, "stamp")
        os.makedirs(os.path.join(self.path, "lists", "partial"), exist_ok=True)
        os.makedirs(os.path.join(self.path, "cache", "archives", "partial"), exist_ok=True)
        with cache.lock(self.path):
            text = sources(self.name)
            fresh = (os.path.exists(stamp) and time.time() - os.path.getmtime(stamp) < DAY
                     and open(stamp, encoding="utf-8").read() == text)
            if not fresh:
                self.refresh(stamp, text)
        self.updated = True

    def refresh(self, stamp, text):
        progress.say(f"apt: reading the package lists of {self.name}")
        cache.write(os.path.join(self.path, "status"), "")
        cache.write(os.path.join(self.path, "sources.list"), text)
        try:
            shell.run(["apt-get", *self.options(), "-q", "--error-on=any", "update"])
        except LabError as error:
            if not os.path.exists(stamp):
                raise
            progress.say(f"apt: {self.name} not reached, using the lists of "
                         f"{time.ctime(os.path.getmtime(stamp))}: {str(error).splitlines()[-1]}")
            return
        cache.write(os.path.join(self.path, "answers.json"), "{}")
        cache.write(stamp, text)

    def ask(self, *query, program="apt-cache"):
        """apt's answer; kept until the lists are read again, it takes a second."""
        self.update()
        memo = os.path.join(self.path, "answers.json")
        try:
            with open(memo, encoding="utf-8") as handle:
                answers = json.load(handle)
        except (OSError, ValueError):
            answers = {}
        key = " ".join(query)
        if key not in answers:
            answers[key] = shell.run([program, *self.options(), *query])
            cache.write(memo, json.dumps(answers))
        return answers[key]

    def names(self, pattern):
        """The names of all packages that match a regular expression."""
        return [line.split()[0] for line in self.ask("search", "--names-only", pattern).splitlines()]

    def show(self, package):
        """The newest version's fields of a package."""
        text = self.ask("show", "--no-all-versions", package)
        return dict(re.findall(r"^([A-Za-z-]+): (.*)$", text, flags=re.M))

    def depends(self, package, pattern):
        """The first dependency of a package that matches."""
        field = self.show(package).get("Depends", "")
        match = re.search(rf"(?:^|[ ,|])({pattern})(?=$|[ ,|(])", field)
        if not match:
            raise LabError(f"{package} depends on no {pattern}: {field}")
        return match[1]

    def closure(self, packages):
        """The version of each of the packages and of all that they depend on, by name."""
        text = self.ask("-s", "-q", "--no-install-recommends", "install", *packages,
                        program="apt-get")
        return dict(re.findall(r"^Inst (\S+) \((\S+)", text, flags=re.M))

    def unpack(self, packages, target):
        """Download packages and unpack them into a folder."""
        text = self.ask("show", "--no-all-versions", *packages)
        size = sum(map(int, re.findall(r"^Size: (\d+)$", text, flags=re.M)))
        more = f" and {len(packages) - 8} more" if len(packages) > 8 else ""
        progress.say(f"fetch: {' '.join(packages[:8])}{more} ({size >> 20} MiB)")
        debs = os.path.join(target, ".debs")
        os.mkdir(debs)
        shell.run(["apt-get", *self.options(), "-q", "download", *packages], cwd=debs)
        for deb in glob.glob(os.path.join(debs, "*.deb")):
            shell.run(["dpkg-deb", "-x", deb, target])
        shell.run(["sh", "-c", f"rm -r {shlex.quote(debs)}"])


_suites = {}


def suite(name):
    """The one Suite object of that name."""
    return _suites.setdefault(name, Suite(name))
