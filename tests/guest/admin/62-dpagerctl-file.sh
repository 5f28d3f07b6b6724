#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl segment add for regular files: made, taken as they are, refused; in use; removed.
# guest: disks=2G,2G timeout=120
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

mke2fs -b 4096 /dev/vdb 65536 >out 2>err && mount -t ext4 /dev/vdb /mnt && dpagerctl store create mine >out
ok $? "a file system and a store"
is "make a file and add it" 'segment 1 added to store "mine": 8M in /mnt/swap' \
	segment add --create --size 8M mine /mnt/swap
[ "$(stat -c '%a %s' /mnt/swap)" = "600 8388608" ]
ok $? "only root may read it"
is "the list tells what it is" "file ok" segment list mine -nro KIND,STATE
try "once only" 1 "in use as swap or as a segment" segment add mine /mnt/swap
try "--create makes, it does not overwrite" 1 "exists already" \
	segment add --create --size 8M mine /mnt/swap
try "--create wants a size" 2 "wants a --size" segment add --create mine /mnt/new
try "a file has no offset" 2 "are for devices" segment add --offset 1M mine /mnt/swap
try "nor a record" 2 "are for devices" segment add --record 4K mine /mnt/swap
try "nor are its slots discarded" 2 "--discard=once" segment add --discard mine /mnt/swap
try "what does not fit is not left behind" 1 "has no room" \
	segment add --create --size 1G mine /mnt/big
[ ! -e /mnt/big ]
ok $? "no file is left"

dd if=/dev/zero of=/mnt/holes bs=1 count=1 seek=1048575 2>err
chmod 600 /mnt/holes
try "holes are refused" 1 "has holes" segment add mine /mnt/holes
try "what to do is said" 1 "segment add --create" segment add mine /mnt/holes
dd if=/dev/zero of=/tmp/memory bs=1M count=1 2>err
try "a file in memory is refused" 1 "put it on ext4 or xfs" segment add mine /tmp/memory
dd if=/dev/zero of=/mnt/plain bs=1M count=4 2>err
sync
try "more than it has is refused" 1 "has less than --size" \
	segment add --size 1G mine /mnt/plain
try "who may read it is told of" 0 "chmod 600" segment add --size 2M mine /mnt/plain
is "a part of it" "8M
2M" segment list mine -nro SIZE
try "two files on a device need an id" 1 "give the id of one" segment remove mine /mnt/plain
try "remove by id" 0 removed segment remove mine 2

hold mine 4194304
is "pages are in the file" "4M" segment list mine -nro USED
! rm /mnt/swap 2>err
ok $? "it cannot be deleted meanwhile"
! umount /mnt 2>err
ok $? "nor its file system unmounted"
is "it can be read back" "object $held paged in: 1024 pages (4M) read" object in "$held"
dpagerctl segment add --size 16M mine /dev/vda >out
try "remove by path" 0 'segment 1 removed from store "mine"' segment remove mine /mnt/swap
rm /mnt/swap
ok $? "then it can be deleted"
umount /mnt
ok $? "and its file system unmounted"
kill "$holder"
wait "$holder" 2>err
soon "the end" store delete --if-unused mine

end
