#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Stressors of stress-ng that verify what they read: those of files and mappings on a mount
# larger than memory, those of anonymous memory beside them in the same cgroup. Not as root,
# whose madvise also injects failures of memory.
# guest: mem=512 disks=1G timeout=240 root
# shellcheck source=tests/guest/lib/program.sh
. /tests/lib/program.sh
program_begin
ok $? "a root and a store"

stress() {
	inside busybox su user -c "stress-ng --temp-path /data --verify $*" &&
		grep -q ' successful run completed' err
}

mmap_file() { stress --mmap 1 --mmap-file --mmap-bytes 32m --mmap-ops 1 && bytes=33554432; }
msync() { stress --msync 1 --msync-bytes 32m --msync-ops 4000; }
madvise() { stress --madvise 1 --madvise-ops 3; }
fallocate() { stress --fallocate 1 --fallocate-bytes 32m --fallocate-ops 10; }
punch() { stress --fpunch 1 --timeout 3; }	# it ends by time only
seek() { stress --seek 1 --seek-size 32m --seek-ops 5000 --seek-punch; }
aio() { stress --aio 1 --aio-requests 16 --aio-ops 2000; }
together() {
	stress --msync 1 --msync-bytes 24m --msync-ops 2000 --vm 1 --vm-bytes 8m --vm-ops 2000 \
		--mremap 1 --mremap-bytes 4m --mremap-ops 4 --mincore 1 --mincore-ops 100
}

for stressor in mmap_file msync madvise fallocate punch seek aio together; do
	both "stress-ng $stressor" /data 24 $stressor
done
program_end
