#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl object out, in, drop and pages: what is done is counted; ranges, refusals, other
# users' objects; no room, and a device that cannot be read.
# guest: disks=2G,2G timeout=120 kmod=null_blk allow="I/O error|critical medium error"
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

# A disk in memory of 16M whose sectors can be made bad; its path is in disk.
nullb=/sys/kernel/config/nullb
null_create() {	# name
	[ -d $nullb ] || mount -t configfs config /sys/kernel/config
	mkdir "$nullb/$1" && echo 16 >"$nullb/$1/size" && echo 1 >"$nullb/$1/memory_backed" &&
		echo 1 >"$nullb/$1/power" || return
	disk=/dev/$1
	[ -e "/sys/block/$1" ] || disk=/dev/nullb$(cat "$nullb/$1/index")
}

# All of it, in pieces that one entry of badblocks holds.
null_bad() {	# name, + or -
	sector=0
	while [ $sector -lt 32768 ]; do
		echo "$2$sector-$((sector + 511))" >"$nullb/$1/badblocks" || return
		sector=$((sector + 512))
	done
}

dpagerctl store create mine >out && dpagerctl segment add --size 64M mine /dev/vda >out
ok $? "a store with a segment"
hold - 8388608
first=$held
is "pages has a row for each range" \
	"FIRST COUNT OFFSET SIZE
    0  2048     0B   8M" object pages "$first"
is "in JSON, too, in bytes" '{
   "pages": [
      {
         "first": 0,
         "count": 2048,
         "offset": 0,
         "size": 8388608
      }
   ]
}' object pages -Jb "$first"

is "in reads a range" "object $first paged in: 16 pages (64K) read" \
	object in --offset 1M --length 64K "$first"
is "and all the rest" "object $first paged in: 2032 pages (7.9M) read" object in "$first"
is "it is in memory" 8M object show "$first" -n -o RESIDENT
is "and on the store, too" 8M object show "$first" -n -o PAGED-OUT
is "what is in memory is not read again" "object $first paged in: 0 pages (0B) read" \
	object in "#$first"
is "what is unchanged is not written again" "object $first paged out: 0 pages (0B) written" \
	object out "$first"
is "but leaves memory" 0B object show "$first" -n -o RESIDENT

try "an odd offset is refused" 1 "multiples of the page" object in --offset 1 "$first"
try "an odd length is refused" 1 "multiples of the page" object out --length 5000 "$first"
try "a range behind the end is refused" 1 "behind its 8388608 bytes" \
	object in --offset 4M --length 8M "$first"
try "an offset at the end is refused" 1 "smaller --offset" object out --offset 8M "$first"
try "a range above 63 bits is refused" 1 "smaller --offset" \
	object drop --yes --offset 8E --length 8E "$first"
try "drop wants --yes" 2 "give --yes" object drop "$first"
try "a length of 0 is not all" 2 "0 is no range" object drop --yes --length 0 "$first"
for command in pages out in "drop --yes"; do
	# shellcheck disable=SC2086 # perhaps two words
	try "$command: an unknown object is named" 1 "there is no object 999" object $command 999
done
is "nothing was lost" 8M object show "$first" -n -o PAGED-OUT

is "drop frees slots" "object $first dropped: 256 slots (1M) freed" \
	object drop --yes --offset 1M --length 1M "$first"
is "once only" "object $first dropped: 0 slots (0B) freed" \
	object drop -y --offset 1M --length 1M "$first"
is "a hole is between two ranges" "0 256
512 1536" object pages "$first" -nro FIRST,COUNT
is "of which each has its place" "0B 1M
2M 6M" object pages "$first" -nro OFFSET,SIZE

hold - 1048576
second=$held page=0
while [ $page -lt 200 ]; do
	dpagerctl object drop --yes --offset $((page * 4))K --length 4K "$second" >out 2>err ||
		break
	page=$((page + 2))
done
[ $page = 200 ]
ok $? "drop every other page"
dpagerctl object pages "$second" -nro FIRST,COUNT >out 2>err && awk '
	$1 != 2 * NR - 1 || $2 != (NR == 100 ? 57 : 1) { wrong++ }
	END { exit wrong || NR != 100 }' out
ok $? "more ranges than a call lists are all there, once"
is "drop all" "object $second dropped: 156 slots (624K) freed" object drop --yes "$second"
is "nothing is left" "" object pages "$second" -n

try "its pages go to memory" 0 removed segment remove --memory mine /dev/vda
is "none is on a store" "" object pages "$first" -n
try "out without room counts what was done" 1 \
	"cannot page out object $first: 0 pages (0B) written, but some found no free slot" \
	object out "$first"
try "and says what to do" 1 'add a segment ("dpagerctl segment add")' object out "$first"
is "they are still in memory" 7M object show "$first" -n -o RESIDENT
dpagerctl segment add --size 64M mine /dev/vda >out 2>err
ok $? "a segment again"
is "out writes them" "object $first paged out: 1792 pages (7M) written" object out "$first"
is "and frees the memory" 0B object show "$first" -n -o RESIDENT

chmod 666 /dev/dpager
su user -c 'exec holdobject - 4096' >held.id &
held_wait
for command in pages out in "drop --yes"; do
	try_user "$command: another's object is as good as none" 1 "or it is another user's" \
		"object $command $first"
done
try_user "a user pages their own in" 0 "1 page (4K) read" "object in $held"
try_user "and sees its pages" 0 4K "object pages $held -n -o SIZE"
try "so does root" 0 4K object pages "$held" -n -o SIZE
try_user "and drops it" 0 "1 slot (4K) freed" "object drop --yes $held"
chmod 644 /dev/dpager
try_user "for reading only is not enough" 1 "permission denied" "object pages $held"
chmod 600 /dev/dpager

null_create bad && dpagerctl store create bad >out 2>err &&
	dpagerctl segment add bad "$disk" >out 2>err
ok $? "a store on a disk that can fail"
hold bad 262144
null_bad bad +
try "in from a bad disk counts what was done" 1 \
	"cannot page in object $held: 0 pages (0B) read, but some could not be read" \
	object in "$held"
try "and says what to do" 1 'look at "dmesg"' object in "$held"
null_bad bad -
is "in from a good one again" "object $held paged in: 64 pages (256K) read" object in "$held"

killall holdobject 2>err
soon "the end" store delete --if-unused mine
soon "of both" store delete --if-unused bad
echo 0 >$nullb/bad/power
rmdir $nullb/bad

end
