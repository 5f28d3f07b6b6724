#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# libdpager-preload.so: which call becomes what by which variable, what is said and what
# fails where it cannot be, and that the calls answer the same with the library.
# guest: mem=512 disks=1G,1G timeout=120 root
# shellcheck source=tests/guest/lib/preload.sh
. /tests/lib/preload.sh

# What the three calls give, and how many lines are said.
kinds() {	# what, wanted, variables
	what=$1 want=$2
	shift 2
	preloaded "$@" shares kinds 1048576 && [ "$(cat out)" = "$want" ] && [ ! -s err ]
	ok $? "$what"
}

# The kernel's are given instead, with one line; when it is to be strict, errors.
falls_back() {	# what, line, errors, variables
	what=$1 line=$2 want=$3
	shift 3
	preloaded "$@" shares kinds 1048576 && [ "$(cat out)" = "$system" ] &&
		[ "$(cat err)" = "shares: libdpager-preload: $line; memory is the system's now" ]
	ok $? "$what: one line"
	preloaded DPAGER_PRELOAD_STRICT=1 "$@" shares kinds 1048576
	[ "$(cat out)" = "$want" ] && [ ! -s err ]
	ok $? "$what: strict"
}

dpagerctl store create fast --priority 9 && dpagerctl segment add fast /dev/vda &&
	dpagerctl store create slow && dpagerctl segment add slow /dev/vdb &&
	dpagerctl store create --private own &&
	mkdir /tmp/shm && mount -t dpagerfs -o store=fast dpager /tmp/shm
ok $? "three stores, a dpagerfs"
system="memfd kernel, mapping kernel, shm kernel"

shares kinds 1048576 >out 2>err && [ "$(cat out)" = "$system" ]
ok $? "without the library"
kinds "all calls" "memfd object, mapping object, shm dpagerfs" DPAGER_SHM=/tmp/shm
kinds "no directory" "memfd object, mapping object, shm kernel" DPAGER_PRELOAD=
kinds "memfd only" "memfd object, mapping kernel, shm kernel" DPAGER_PRELOAD=memfd \
	DPAGER_SHM=/tmp/shm
kinds "mmap only" "memfd kernel, mapping object, shm kernel" DPAGER_PRELOAD=mmap \
	DPAGER_SHM=/tmp/shm
kinds "shm and memfd" "memfd object, mapping kernel, shm dpagerfs" DPAGER_PRELOAD=shm,memfd \
	DPAGER_SHM=/tmp/shm
kinds "a size above" "memfd object, mapping kernel, shm kernel" DPAGER_PRELOAD_SIZE=1025k
kinds "the size itself" "memfd object, mapping object, shm kernel" DPAGER_PRELOAD_SIZE=1M
preloaded shares kinds 1048575 &&
	[ "$(cat out)" = "memfd object, mapping kernel, shm kernel" ]
ok $? "below the default size"
kinds "stores" "memfd object, mapping object, shm kernel" DPAGER_STORE=slow:own

none="memfd ENOENT, mapping ENOENT, shm kernel"
falls_back "no such store" "store away: there is none: dpagerctl store create makes it" \
	"$none" DPAGER_STORE=fast:away
mv /dev/dpager /dev/away
falls_back "no device" "/dev/dpager: load the module dpager" "$none" DPAGER_STORE=fast
mv /dev/away /dev/dpager
falls_back "no dpagerfs" "DPAGER_SHM=/dev/shm: mount a dpagerfs there" \
	"memfd kernel, mapping kernel, shm ENODEV" DPAGER_PRELOAD=shm DPAGER_SHM=/dev/shm
falls_back "no directory" "DPAGER_SHM=/away: No such file or directory" \
	"memfd kernel, mapping kernel, shm ENOENT" DPAGER_PRELOAD=shm DPAGER_SHM=/away
for bad in DPAGER_PRELOAD=all DPAGER_PRELOAD=shm DPAGER_PRELOAD_SIZE=1X \
	DPAGER_PRELOAD_SIZE=20000000T DPAGER_STORE=fast: DPAGER_SHM=shm; do
	name=${bad%%=*}
	[ $bad = DPAGER_PRELOAD=shm ] && name=DPAGER_SHM
	falls_back "$bad" "$name: bad or missing, see libdpager-preload(7)" \
		"memfd EINVAL, mapping EINVAL, shm EINVAL" $bad
done

# As a user who may not open the device, and one who may.
as_user() {	# what, output and line, variables
	su user -c "env LD_PRELOAD=$library $3 shares kinds 1048576" >out 2>err
	[ "$(cat out)" = "$2" ]
	ok $? "$1"
}
as_user "a user without permission" "memfd EACCES, mapping EACCES, shm kernel" \
	DPAGER_PRELOAD_STRICT=1
chmod 666 /dev/dpager
as_user "a user's store" "memfd object, mapping object, shm kernel" DPAGER_STORE=slow
as_user "a private store" "memfd EPERM, mapping EPERM, shm kernel" \
	"DPAGER_STORE=own DPAGER_PRELOAD_STRICT=1"
chmod 600 /dev/dpager

# The same answers, of so many lines.
same() {	# verb, lines
	shares "$1" >with.out 2>with.err && [ "$(wc -l <with.out)" = "$2" ] &&
		preloaded DPAGER_PRELOAD_SIZE=0 DPAGER_SHM=/tmp/shm DPAGER_PRELOAD_STRICT=1 \
			shares "$1" && mv out got && diff with.out got >out
	ok $? "$1: the same $2 answers"
}
same memfd 57
same mapping 48
same shm 31

# What the manual says of sealing and running.
shares differs >out 2>err && [ "$(tr '\n' ' ' <out)" = "seals: 1 seal: EPERM run: 2 " ]
ok $? "a memfd has no seal but that of seals, and runs"
preloaded shares differs && [ "$(tr '\n' ' ' <out)" = "seals: EINVAL seal: EINVAL run: 26 " ]
ok $? "an object has none, and is ETXTBSY"

# 24 MiB of memory for two areas of 20 MiB; the store that is named has them, not fast.
echo +memory >/sys/fs/cgroup/cgroup.subtree_control && mkdir $group &&
	echo 24M >$group/memory.max
before=$(figure PAGES-OUT)
(echo 0 >$group/cgroup.procs &&
	preloaded DPAGER_STORE=slow DPAGER_PRELOAD_STRICT=1 shares larger 20)
ok $? "larger than memory: $(tr '\n' ' ' <out)"
out_slow=$(dpagerctl store show slow --noheadings --bytes --output PAGES-OUT)
[ "$out_slow" -ge 4096 ] && [ "$(figure PAGES-OUT)" = "$before" ]
ok $? "larger than memory: went out to its store"
echo "# pages out: $out_slow"
group_end
ok $? "the cgroup is empty"

umount /tmp/shm
ok $? "nothing holds the dpagerfs"
for store in fast slow own; do
	soon "$store is empty and deleted" store delete --if-unused $store
done
end
