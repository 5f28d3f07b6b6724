#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# libdpager-preload.so, and a bound device: programs that ask for a userfaultfd as ever.
# guest: mem=512 disks=1G,1G timeout=60
# shellcheck source=tests/guest/lib/preload.sh
. /tests/lib/preload.sh

served() {	# what, wanted, variables
	what=$1 want=$2
	shift 2
	preloaded "$@" lazy && [ "$(cat out)" = "$want" ] && [ ! -s err ]
	ok $? "$what"
}

lazy >out 2>err && [ "$(cat out)" = "lazy anon_inode:[userfaultfd]" ]
ok $? "without the library"
served "with it" "lazy anon_inode:[dpager-userfaultfd]" DPAGER_PRELOAD=memfd,userfaultfd
served "neither" "lazy anon_inode:[userfaultfd]" DPAGER_PRELOAD=mmap
preloaded DPAGER_PRELOAD=memfd lazy
[ $? = 1 ] && grep -q "register: Invalid argument" err
ok $? "an object is not the kernel's"
preloaded DPAGER_PRELOAD=userfaultfd lazy
[ $? = 1 ] && grep -q "register: Invalid argument" err
ok $? "nor is a memfd dpager's"
served "strict" "lazy anon_inode:[dpager-userfaultfd]" DPAGER_PRELOAD=memfd,mmap,userfaultfd \
	DPAGER_PRELOAD_STRICT=1

preloaded DPAGER_PRELOAD=memfd lazy /dev/dpager
[ "$(cat out)" = "lazy anon_inode:[dpager-userfaultfd]" ]
ok $? "its device is named"
mount --bind /dev/dpager /dev/userfaultfd &&
	preloaded DPAGER_PRELOAD=memfd lazy /dev/userfaultfd &&
	[ "$(cat out)" = "lazy anon_inode:[dpager-userfaultfd]" ]
ok $? "or bound over the kernel's"
umount /dev/userfaultfd

end
