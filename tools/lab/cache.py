# SPDX-License-Identifier: GPL-2.0
"""The cache folder: what is fetched or built once, safe for two runs at once.

An entry is a folder that is built under a temporary name while a lock is held
and renamed when it is whole, so a folder that has its final name is complete.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.path.join(TOP, "build")


class LabError(Exception):
    """What the lab cannot do, in words for the person who asked."""


def folder(*parts):
    """The path of a part of the cache; its parent exists."""
    base = os.environ.get("DPAGER_CACHE") or os.path.expanduser("~/.cache/dpager")
    path = os.path.join(os.path.realpath(base), *parts)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


@contextlib.contextmanager
def lock(path):
    """Hold the lock that belongs to a path (a file next to it)."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".lock", "w", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def entry(path, build):
    """The folder at path; where it is missing, build(temporary) makes it."""
    if os.path.isdir(path):
        return path
    with lock(path):
        if os.path.isdir(path):
            return path
        temporary = tempfile.mkdtemp(prefix=".new-", dir=os.path.dirname(path))
        os.chmod(temporary, 0o755)
        try:
            build(temporary)
            os.rename(temporary, path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return path


def write(path, text):
    """Replace a small file in one step."""
    with tempfile.NamedTemporaryFile("w", dir=os.path.dirname(path), delete=False) as new:
        new.write(text)
    os.chmod(new.name, 0o644)
    os.rename(new.name, path)
