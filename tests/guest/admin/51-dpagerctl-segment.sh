#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl segment: add, list and remove; ranges, refusals, and what a device holds.
# guest: disks=2G,2G timeout=120
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

# A swap area's header as mkswap writes it: version, pages, magic.
write_swap() {	# device
	printf '\001\000\000\000\377\377\007\000' | dd of="$1" bs=1 seek=1024 conv=notrunc
	printf 'SWAPSPACE2' | dd of="$1" bs=1 seek=4086 conv=notrunc
} 2>/dev/null

# A partition table of one Linux partition, as in a PC's master boot record.
write_dos() {	# device
	printf '\000\000\000\000\203\000\000\000\000\010\000\000\000\020\000\000' |
		dd of="$1" bs=1 seek=446 conv=notrunc
	printf '\125\252' | dd of="$1" bs=1 seek=510 conv=notrunc
} 2>/dev/null

wipe() { dd if=/dev/zero of="$1" bs=64k count=1 conv=notrunc 2>/dev/null; }

dpagerctl store create first >out && dpagerctl store create second >out
ok $? "two stores"

try "add a whole disk" 0 'segment 1 added to store "first": 2G on /dev/vda' \
	segment add first /dev/vda
try "add a range" 0 'segment 2 added to store "second": 16M on /dev/vdb' \
	segment add --offset 1M --size 16M second /dev/vdb
try "add another range of that disk" 0 'segment 3 added to store "second": 4M on /dev/vdb' \
	segment add --offset 64M --size 4M --record 4K second /dev/vdb
try "the space shows in the store" 0 "20M" store list -n -o SIZE

dpagerctl segment list -o ID,STORE,DEVICE,OFFSET,SIZE,USED,FREE,BAD >out 2>err &&
	[ "$(cat out)" = "ID STORE  DEVICE   OFFSET SIZE USED FREE BAD
 1 first  /dev/vda     0B   2G   0B   2G  0B
 2 second /dev/vdb     1M  16M   0B  16M  0B
 3 second /dev/vdb    64M   4M   0B   4M  0B" ]
ok $? "list shows all stores' segments"
dpagerctl segment list second -nro ID >out 2>err && [ "$(cat out)" = "2
3" ]
ok $? "list of one store shows its own"
try "the device's number is a column" 0 "$(cat /sys/class/block/vda/dev)" \
	segment list first -n -o MAJ:MIN

try "bytes that are taken are refused" 1 "belong to a segment already" \
	segment add --offset 8M --size 16M second /dev/vdb
try "a range behind the end is refused" 1 "ends behind the device" \
	segment add --offset 1G --size 2G second /dev/vdb
try "an offset behind the end is refused" 1 "is behind its end" \
	segment add --offset 3G second /dev/vdb
try "a size of 0 is refused" 1 "larger --size" segment add --size 0 second /dev/vdb
try "a range without a whole page is refused" 1 "no whole page" \
	segment add --offset 128M --size 512 second /dev/vdb
try "a range above 63 bits is refused" 1 "63 bits" \
	segment add --offset 8E --size 8E second /dev/vdb
try "an odd offset is wrong usage" 2 "not a multiple of the record" \
	segment add --offset 1000 second /dev/vdb
try "an odd record is refused" 1 "power of two" segment add --record 3000 second /dev/vdb
try "a character device is refused" 1 "not a block device" segment add second /dev/null
try "no device is refused" 1 "there is no /dev/vdx" segment add second /dev/vdx

try "remove by id" 0 'segment 3 removed from store "second"' segment remove second 3
try "it is gone" 1 'has no segment 3' segment remove second 3
try "another store's segment is not found" 1 'store "second" has no segment 1' \
	segment remove second 1
try "remove by device" 0 'segment 2 removed' segment remove second /dev/vdb
try "a device without segment is not found" 1 "has no segment on /dev/vdb" \
	segment remove second /dev/vdb
dpagerctl segment add second /dev/vdb --size 4M >out 2>err &&
	dpagerctl segment add second /dev/vdb --size 4M --offset 4M >out 2>err
ok $? "two segments on a disk again"
try "a device with two segments is not enough" 1 "2 segments on /dev/vdb" \
	segment remove second /dev/vdb
try "delete the store with its segments" 0 deleted store delete second

write_swap /dev/vdb
try "a swap area is refused and named" 1 "swap space" segment add first /dev/vdb
try "the refusal names --force" 1 "--force" segment add first /dev/vdb
try "nothing was added" 0 2G store show first -n -o SIZE
dd if=/dev/vdb bs=1 skip=4086 count=10 2>/dev/null | grep -q SWAPSPACE2
ok $? "nothing was wiped"
try "--force adds it" 0 "segment 6 added" segment add --force first /dev/vdb
try "and it can be removed" 0 removed segment remove first /dev/vdb
try "a device in use by swap is refused even so" 1 "the device is in use" \
	segment add --force first "$(mkswap /dev/vdb >out && swapon /dev/vdb && echo /dev/vdb)"
swapoff /dev/vdb
wipe /dev/vdb
mke2fs -L data /dev/vdb >out 2>err
try "a filesystem is refused with its label" 1 'ext2 (filesystem, label "data")' \
	segment add first /dev/vdb
mount -t ext4 /dev/vdb /mnt
try "a mounted one is refused with --force" 1 "the device is in use" \
	segment add --force first /dev/vdb
umount /mnt
wipe /dev/vdb
write_dos /dev/vdb
try "a partition table is refused" 1 "dos (partition table)" segment add first /dev/vdb
wipe /dev/vdb
try "a wiped disk is taken" 0 added segment add first /dev/vdb
try "delete all" 0 deleted store delete first

end
