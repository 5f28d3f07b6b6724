#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# fio rewrites a file at random with each engine, twice, and verifies crc32c of every block.
# guest: mem=512 disks=1G timeout=240 root
# shellcheck source=tests/guest/lib/program.sh
. /tests/lib/program.sh
program_begin
ok $? "a root and a store"

fio_verify() {	# engine, queue depth
	inside fio --name=job --directory=/data --size=16m --ioengine="$1" --iodepth="$2" \
		--rw=randwrite --bs=16k --loops=2 --overwrite=1 \
		--verify=crc32c --verify_fatal=1 --verify_state_save=0 --thread &&
		grep -q 'issued rwts: total=2048,2048,' out	# 16M in units of 16k, twice
}

mapped() { fio_verify mmap 1; }
calls() { fio_verify psync 1; }
ring() { fio_verify io_uring 16; }

both "fio mmap" /data 12 mapped
both "fio psync" /data 12 calls
both "fio io_uring" /data 12 ring
program_end
