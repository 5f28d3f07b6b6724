#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# stress-ng's memfd, POSIX shared memory and shared anonymous mapping stressors, unmodified,
# with libdpager-preload.so and without.
# guest: mem=512 disks=1G,1G timeout=120 root
# shellcheck source=tests/guest/lib/preload.sh
. /tests/lib/preload.sh
program_begin
ok $? "a root and a store"

# An object's id tells how many were made before it.
objects_made() {
	hold fast 4096
	kill "$holder"
	wait "$holder"
	made=$held
}

# Objects are made with the library, and only then.
stress() {	# bytes that page out, objects at least, arguments
	bytes=$1 least=$2
	shift 2
	objects_made
	before=$made
	shares_inside stress-ng --temp-path /tmp --verify "$@" || return 1
	objects_made
	made=$((made - before - 1))
	echo "# stress-ng $1: $made objects made" >>told
	grep -q 'successful run' err out || return 1
	with_library || least=0
	[ $made -ge "$least" ] && { with_library || [ $made = 0 ]; }
}

memfd() {
	stress $((48 << 20)) 16 --memfd 1 --memfd-ops 2 --memfd-fds 8 --memfd-bytes 48M
}

# What it maps is private memory, so only the calls are the library's.
shm() {
	stress 0 8 --shm 1 --shm-ops 8 --shm-objs 4 --shm-bytes 4M
}

remap() {
	stress 0 3 --remap 1 --remap-ops 2
}

both "stress-ng memfd" /data 32 memfd
both "stress-ng shm" /data 32 shm
both "stress-ng remap" /data 32 remap
cat told
program_end
