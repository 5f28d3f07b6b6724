#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl status, watch and map object: the whole, with nothing there, with all of it, and
# for who may not see all; rates; delete and evacuate by these names.
# guest: disks=2G,2G timeout=120
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

# Checks that the last output has a line that matches.
line() {	# what, basic regular expression
	grep -q "$2" out
	ok $? "$1"
}

try "without a command it is status" 0 "0 stores, 0 segments, 0 objects"
line "no store: what to do is said" 'store create NAME'
line "no object is said" 'No object'
line "pressure is there, or why not" '^pressure  [su]'
json "nothing at all" status -J
try "watch shows the same" 0 "0 stores, 0 segments, 0 objects" watch -c 1
json "a look at nothing" watch -J -c 1
dpagerctl store create mine >out
try "a store without segments" 0 "segment add STORE DEVICE" status
dpagerctl segment add --size 64M mine /dev/vda >out &&
	dpagerctl segment add --size 64M mine /dev/vdb >out
ok $? "two segments"

hold mine 8388608
first=$held first_holder=$holder
hold - 4194304
second_holder=$holder
try "status with all of it" 0 "1 store, 2 segments, 2 objects"
line "space" '^space *128M: 12M in use (10%), 116M free$'
line "paging" '^paging *0 pages in, 3072 out;'
line "the store" '^ 1 mine '
line "a segment" '^ 1 mine  /dev/vda '
line "an object" " $first root   8M "
json "all of it" status --json
json "in bytes" status -Jb
line "sizes are numbers then" '"size": 8388608'
sed -n 's/^   "\([a-z]*\)": \[.*/\1/p' out | tr '\n' ' ' |
	grep -qx 'info pressure stores segments objects '
ok $? "an array for each kind"

try "watch ends after so many looks" 0 "pages/s in" watch -n 0.2 -c 2
[ "$(grep -c '^dpager ' out)" = 2 ]
ok $? "a block for each"
line "rates come with the second look" '^now *rates come'
( sleep 0.5; dpagerctl object in "$first" ) >other 2>&1 &
try "watch sees pages come in" 0 "pages/s in" watch -n 1 -c 3
wait $!
grep '^now' out | grep -q ' [1-9][0-9]* pages/s in'
ok $? "the whole's rate"
awk -v id="$first" '/^Stores/ { there = 0 } /^Objects/ { there = 1 } there && $1 == id && $6 > 0 { found = 1 }
	END { exit !found }' out
ok $? "the object's rate"
json "rates" watch -J -c 1
try "an interval has a minimum" 2 "too short" watch -n 0.01
try "no looks are none" 2 "are none" watch -c 0

dpagerctl object out "$first" >/dev/null &&
	dpagerctl object in --offset 4M --length 2M "$first" >/dev/null
ok $? "a part comes in"
try "map object draws memory and stores" 0 "in memory" map object "$first"
json "its cells" map object -J "$first"
awk '/"count"/ { gsub(/,/, ""); count += $2 } /"in-memory"/ { gsub(/,/, ""); memory += $2 }
	/"on-stores"/ { stores += $2 } END { print count, memory, stores }' out >sums
[ "$(cat sums)" = "2048 512 2048" ]
ok $? "the cells add up"
is "a picture" "" map object --svg picture.svg "$first"
grep -q '^<svg ' picture.svg && grep -q '</svg>$' picture.svg && grep -q "object $first" picture.svg
ok $? "is an SVG file with a title"
try "map object wants one" 1 "there is no object 999" map object 999
is "looking brought nothing in" 2M object show "$first" -n -o RESIDENT

chmod 666 /dev/dpager
try_user "who may not see segments is told so" 0 "segments are not shown" status
line "others' objects, too" '2 objects of other users are not shown'
line "but sees the stores" '^ 1 mine '
try_user "watch does the same" 0 "segments are not shown" "watch -c 1"
chmod 644 /dev/dpager
try_user "who may only read sees as much" 0 "2 objects of other users" status
chmod 600 /dev/dpager

try "evacuate is segment remove" 0 'would remove segment 1 of store "mine": ' \
	evacuate --dry-run mine 1
try "it moves" 0 'segment 1 removed from store "mine": ' evacuate mine 1
try "delete is store delete" 1 "have no room" delete --dry-run mine
kill "$first_holder" "$second_holder"
wait "$first_holder" "$second_holder" 2>err
is "wait until nobody uses it" "" wait --no-objects --timeout 10
soon "it deletes" delete --if-unused mine

end
