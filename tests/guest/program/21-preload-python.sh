#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Python's shared memory, unmodified, with libdpager-preload.so and without: mmap(-1), a
# memfd and multiprocessing.shared_memory; two processes write and verify each other's
# pages, more of them than memory.
# guest: mem=512 disks=1G,1G timeout=120 root
# shellcheck source=tests/guest/lib/preload.sh
. /tests/lib/preload.sh
program_begin
ok $? "a root and a store"

cat >$root/tmp/shared.py <<'END'
import mmap, os, struct
from multiprocessing.shared_memory import SharedMemory

PAGES, PAGE = 4096, 4096

def stamp(kind, page, turn):
    return struct.pack("<QQ", (kind << 16 | page) * 2654435761, turn) * (PAGE // 16)

def write(areas, turn):
    for kind, area in enumerate(areas):
        for page in range(PAGES):
            area[page * PAGE:(page + 1) * PAGE] = stamp(kind, page, turn)

def wrong(areas, turn):
    return sum(area[page * PAGE:(page + 1) * PAGE] != stamp(kind, page, turn)
               for kind, area in enumerate(areas) for page in range(PAGES))

def other(fd, name, anonymous):
    """By descriptor, by name, and as it was inherited."""
    shared = SharedMemory(name)
    areas = [mmap.mmap(fd, 0), shared.buf, anonymous]
    bad = wrong(areas, 1)
    write(areas, 2)
    return bad

fd = os.memfd_create("python")
os.truncate(fd, PAGES * PAGE)
shared = SharedMemory(create=True, size=PAGES * PAGE)
anonymous = mmap.mmap(-1, PAGES * PAGE)
areas = [mmap.mmap(fd, 0), shared.buf, anonymous]
write(areas, 1)
child = os.fork()
if not child:
    os._exit(other(fd, shared.name, anonymous) != 0)
status = os.waitpid(child, 0)[1]
print("wrong pages:", wrong(areas, 2), "the other's status:", status)
shared.unlink()
END

shared_python() {
	bytes=$((3 * 4096 * 4096))
	shares_inside python3 /tmp/shared.py && grep -qx 'wrong pages: 0 the other.s status: 0' out &&
		[ ! -s err ]
}

both "Python's shared memory" /data 32 shared_python
program_end
