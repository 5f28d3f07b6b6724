#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Python's shared memory, unmodified, with libdpager-preload.so and without: mmap(-1), a
# memfd and multiprocessing.shared_memory; two processes write and verify each other's
# pages, twice their memory.
# guest: mem=512 disks=1G,1G timeout=120 root
# shellcheck source=tests/guest/lib/preload.sh
. /tests/lib/preload.sh
program_begin
ok $? "a root, a store, swap"

cat >$root/tmp/shared.py <<'END'
import mmap, os, struct, subprocess, sys
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory

PAGES, PAGE = 4096, 4096

def stamp(kind, page, turn):
    return struct.pack("<QQ", (kind << 16 | page) * 2654435761, turn) * (PAGE // 16)

def write(kind, area, turn):
    for page in range(PAGES):
        area[page * PAGE:(page + 1) * PAGE] = stamp(kind, page, turn)

def wrong(kind, area, turn):
    return sum(area[page * PAGE:(page + 1) * PAGE] != stamp(kind, page, turn)
               for page in range(PAGES))

def other(areas):
    bad = sum(wrong(kind, area, 1) for kind, area in enumerate(areas))
    for kind, area in enumerate(areas):
        write(kind, area, 2)
    return bad

if len(sys.argv) > 1:
    fd, name = int(sys.argv[1]), sys.argv[2]
    shared = SharedMemory(name)
    # Its maker unlinks it.
    resource_tracker.unregister(shared._name, "shared_memory")
    sys.exit(other([mmap.mmap(fd, 0), shared.buf]) != 0)

fd = os.memfd_create("python")
os.truncate(fd, PAGES * PAGE)
os.set_inheritable(fd, True)
shared = SharedMemory(create=True, size=PAGES * PAGE)
anonymous = mmap.mmap(-1, PAGES * PAGE)
areas = [mmap.mmap(fd, 0), shared.buf, anonymous]
for kind, area in enumerate(areas):
    write(kind, area, 1)
# The first two by descriptor and by name in a program of its own, the third by fork.
done = subprocess.run([sys.executable, __file__, str(fd), shared.name], close_fds=False)
child = os.fork()
if not child:
    bad = wrong(2, anonymous, 1)
    write(2, anonymous, 2)
    os._exit(bad != 0)
status = os.waitpid(child, 0)[1]
count = sum(wrong(kind, area, 2) for kind, area in enumerate(areas))
print("wrong pages:", count, "others:", done.returncode, status)
shared.unlink()
END

shared_python() {
	bytes=$((3 * 4096 * 4096))
	shares_inside python3 /tmp/shared.py && grep -qx 'wrong pages: 0 others: 0 0' out &&
		[ ! -s err ]
}

both "Python's shared memory" /data 36 shared_python
program_end
