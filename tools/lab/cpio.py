# SPDX-License-Identifier: GPL-2.0
"""Writing initramfs archives (cpio newc): no root right needed, not even for devices."""

import os
import stat


class Archive:
    """An archive in memory; folders are added as they are needed."""

    def __init__(self):
        self.parts = []
        self.folders = set()
        self.inode = 0

    def _entry(self, name, mode, data=b"", device=(0, 0)):
        self.inode += 1
        raw = name.encode() + b"\0"
        fields = [self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(raw), 0]
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + raw
        for part in (head, data):
            self.parts.append(part + b"\0" * (-len(part) % 4))

    def folder(self, name, mode=0o755):
        name = name.strip("/")
        if name and name not in self.folders:
            self.folder(os.path.dirname(name))
            self.folders.add(name)
            self._entry(name, stat.S_IFDIR | mode)

    def file(self, name, data, mode=0o644):
        self.folder(os.path.dirname(name))
        self._entry(name.strip("/"), stat.S_IFREG | mode, data)

    def copy(self, path, name, mode=None):
        """A file of the host, under a name of the guest."""
        with open(path, "rb") as handle:
            self.file(name, handle.read(), mode or stat.S_IMODE(os.stat(path).st_mode))

    def link(self, name, target):
        self.folder(os.path.dirname(name))
        self._entry(name.strip("/"), stat.S_IFLNK | 0o777, target.encode())

    def device(self, name, major, minor):
        self.folder(os.path.dirname(name))
        self._entry(name.strip("/"), stat.S_IFCHR | 0o600, device=(major, minor))

    def tree(self, source, target):
        """A folder of the host with all that is below it; links are followed."""
        for folder, _, names in os.walk(source, followlinks=True):
            below = os.path.join(target, os.path.relpath(folder, source))
            self.folder(os.path.normpath(below))
            for name in names:
                self.copy(os.path.join(folder, name), os.path.normpath(os.path.join(below, name)))

    def write(self, path):
        self._entry("TRAILER!!!", 0)
        with open(path, "wb") as handle:
            handle.write(b"".join(self.parts))
            handle.write(b"\0" * (-handle.tell() % 512))
