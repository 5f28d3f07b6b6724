#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Python's mmap of a file, and multiprocessing.shared_memory on a /dev/shm: two processes
# write and verify each other's pages, more than their memory.
# guest: mem=512 disks=1G timeout=240 root
# shellcheck source=tests/guest/lib/program.sh
. /tests/lib/program.sh
program_begin
ok $? "a root and a store"

cat >$root/tmp/pages.py <<'END'
import mmap, multiprocessing, os, struct, sys
from multiprocessing.shared_memory import SharedMemory

PAGES, PAGE = 10240, 4096

def stamp(page, turn):
    return struct.pack("<QQ", page * 2654435761, turn) * (PAGE // 16)

def write(area, turn):
    for page in range(PAGES):
        area[page * PAGE:(page + 1) * PAGE] = stamp(page, turn)

def wrong(area, turn):
    return sum(area[page * PAGE:(page + 1) * PAGE] != stamp(page, turn) for page in range(PAGES))

def other(attach, found):
    keep, area = attach()
    found.value = wrong(area, 1)
    write(area, 2)

def mapped():
    with open("/data/pages", "r+b") as file:
        return file, mmap.mmap(file.fileno(), PAGES * PAGE)

def shared():
    memory = SharedMemory("pages")
    return memory, memory.buf

def run(attach):
    keep, area = attach()
    write(area, 1)
    found = multiprocessing.Value("l", -1)
    child = multiprocessing.Process(target=other, args=(attach, found))
    child.start()
    child.join()
    count = wrong(area, 2)
    print(f"wrong pages: {found.value} and {count}, exit status {child.exitcode}")
    return found.value != 0 or count != 0 or child.exitcode != 0

if sys.argv[1] == "mmap":
    with open("/data/pages", "wb") as file:
        file.truncate(PAGES * PAGE)
    bad = run(mapped)
else:
    memory = SharedMemory("pages", create=True, size=PAGES * PAGE)
    bad = run(shared)
    there = os.statvfs("/dev/shm")
    print("bytes", (there.f_blocks - there.f_bfree) * there.f_frsize)
    memory.unlink()
sys.exit(bad)
END

file_mapped() {
	inside python3 /tmp/pages.py mmap && grep -q '^wrong pages: 0 and 0,' out
}

memory_shared() {
	inside python3 /tmp/pages.py shared
	passed=$?
	bytes=$(sed -n 's/^bytes //p' out)
	[ $passed = 0 ] && grep -q '^wrong pages: 0 and 0,' out
}

both "mmap of a file" /data 32 file_mapped
both "multiprocessing.shared_memory" /dev/shm 32 memory_shared
program_end
