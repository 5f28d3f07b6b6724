#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# examples/lazy-restore: an object served from a file, also in less memory than it has; the
# kernel's own userfaultfd beside it.
# guest: mem=192 disks=2G,2G timeout=480
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

# Runs it; checks its exit code, and that what it printed has the text.
restore() {	# what, exit code, fixed text, arguments
	what=$1 code=$2 text=$3
	shift 3
	lazy-restore "$@" >out 2>err
	[ $? = "$code" ] && cat out err | grep -qF -e "$text"
	ok $? "$what"
}

restore "help" 0 "Usage: lazy-restore" --help
restore "no file" 2 "Usage: lazy-restore"
restore "a file that is none" 1 "No such file" /nowhere
restore "an empty file" 1 "not empty is wanted" /dev/null
restore "no threads" 2 '"0" is not 1 to' --threads 0 /bin/busybox
dpagerctl store create restored >out 2>err && dpagerctl segment add restored /dev/vda >out 2>err
ok $? "a store"
dpagerctl store create files >out 2>err && dpagerctl segment add files /dev/vdb >out 2>err
ok $? "another, for files"
mkdir -p /mnt/file && mount -t dpagerfs -o store=files dpager /mnt/file
ok $? "a place for them"
# The last page is not whole.
head -c 10000001 /dev/urandom >/mnt/file/small
restore "a store that is none" 1 "dpagerctl store list" --store nothing /mnt/file/small
restore "an object" 0 "2442 pages, " --store restored /mnt/file/small
grep -q ", 0 pages wrong" out
ok $? "all pages are as in the file"
grep -q "microseconds   touches" out
ok $? "with a histogram"
restore "natively" 0 "native: 2442 pages" --native /mnt/file/small

# More than this machine has left.
head -c 100663296 /dev/urandom >/mnt/file/large
restore "an object larger than memory" 0 "24576 pages, " --store restored --threads 1 \
	/mnt/file/large
grep -q ", 0 pages wrong" out
ok $? "all pages are as in the file"
sed 's/^/# /' out
umount /mnt/file

end
