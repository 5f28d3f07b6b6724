#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl segment drain, reserve, use and resize; map segment.
# guest: disks=2G,2G timeout=120
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

dpagerctl store create mine >out && dpagerctl segment add --size 16M mine /dev/vda >out
ok $? "a store with a segment"
is "add takes --reserve" 'segment 2 added to store "mine": 16M on /dev/vdb' \
	segment add --reserve --size 16M mine /dev/vdb
is "the list says so" "1 ok
2 reserve" segment list mine -nro ID,STATE
hold mine 8388608
first=$held
is "while there is room the reserve is not used" "1 8M
2 0B" segment list mine -nro ID,USED
is "drain is told" 'segment 1 of store "mine" gets nothing new from now on' \
	segment drain mine /dev/vda
is "and listed" "draining
reserve" segment list mine -nro STATE
hold mine 4194304
is "what is new goes elsewhere" "1 8M
2 4M" segment list mine -nro ID,USED
is "use ends both" 'segment 1 of store "mine" is used as any other' segment use mine 1
dpagerctl segment use mine 2 >out
is "all are in use" "ok
ok" segment list mine -nro STATE
is "reserve" 'segment 2 of store "mine" is used when all others are full' \
	segment reserve mine 2
is "is a state" "ok
reserve" segment list mine -nro STATE
try "an unknown segment is named" 1 'store "mine" has no segment 9' segment drain mine 9
dpagerctl segment use mine 2 >out

is "grow by" 'segment 2 of store "mine" has 32M now' segment resize mine 2 +16M
is "the list has it" "16M
32M" segment list mine -nro SIZE
is "shrink to" 'segment 2 of store "mine" has 16M now' segment resize mine 2 16M
is "shrink by" 'segment 2 of store "mine" has 8M now' segment resize mine 2 -8M
is "as far as it goes" 'segment 2 of store "mine" has 2G now' segment resize mine /dev/vdb max
try "further is refused" 1 "ends before that" segment resize mine 2 +1M
try "less than nothing is refused" 1 "cannot be smaller by 4G" segment resize mine 2 -4G
try "a segment that is not there" 1 "has no segment 9" segment resize mine 9 1M
try "a dry run says what would move" 0 \
	'would resize segment 2 of store "mine" to 1M: 768 pages (3M) to move' \
	segment resize --dry-run mine 2 1M
is "and changes nothing" "16M
2G" segment list mine -nro SIZE
try "pages behind the end move" 0 'segment 1 of store "mine" has 4M now: ' \
	segment resize mine 1 -12M
is "nothing was lost" 8M object show "$first" -n -o PAGED-OUT
try "without room it is refused" 1 "have no room" segment resize mine 2 1M
try "--if-unused is an option of it, too" 1 "pages of objects are on it" \
	segment resize --if-unused mine 2 1M

try "map segment draws its slots" 0 "some bad" map segment mine 1
json "cells" map segment -J mine 1
awk '/"count"/ { gsub(/,/, ""); count += $2 } /"used"/ { gsub(/,/, ""); used += $2 }
	/"bad"/ { bad += $2 } END { print count, used, bad }' out >sums
dpagerctl segment list mine -nrbo ID,SIZE,USED,BAD | awk -v want="$(cat sums)" '$1 == 1 {
	found = $2 / 4096 " " $3 / 4096 " " $4 / 4096 } END { exit found != want }'
ok $? "they add up to what the list says"
is "a picture" "" map segment --svg picture.svg mine 1
grep -q 'segment 1 of store' picture.svg && grep -q '</svg>$' picture.svg
ok $? "is an SVG file with a title"
try "an unknown segment has no map" 1 "has no segment 9" map segment mine 9
killall holdobject 2>err
soon "the end" store delete --if-unused mine

end
