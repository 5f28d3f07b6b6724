#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl segment remove and store delete while pages are in use: they move elsewhere, are
# refused when they cannot, can be interrupted, and show how far they are.
# guest: disks=2G,2G timeout=120
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

# Starts dpagerctl and waits until something has moved; its process is in mover.
start() {	# arguments of dpagerctl
	dpagerctl "$@" >mover.out 2>mover.err &
	mover=$! tries=0
	until dpagerctl segment list mine -n -o MOVED% | grep -q '[1-9]' || [ $tries = 200 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	[ $tries != 200 ]
}

# Ends it as Ctrl-C does: a script's background programs ignore SIGINT. Its status is in status.
stop() {
	kill -TERM $mover
	wait $mover
	status=$?
	cp mover.out out
	cp mover.err err
}

try "--if-unused does not go with --memory" 2 "moves nothing" \
	segment remove --if-unused --memory mine 1
try "--if-unused does not go with --force" 2 "moves nothing" store delete --if-unused -f mine
try "a deadline is a time" 2 '"soon" is no time' segment remove --deadline soon mine 1
try "a deadline of 0 is none" 2 "too short" segment remove --deadline 0.000 mine 1
try "a deadline has a limit" 2 "too long" segment remove --deadline 4294968 mine 1
try "a rate is a size" 2 '"fast" is not a size' store delete --rate fast mine

dpagerctl store create mine >out && dpagerctl segment add --size 64M mine /dev/vda >out
ok $? "a store with a segment"
is "an empty one is told so" 'would remove segment 1 of store "mine": nothing to move' \
	segment remove --dry-run mine 1
hold mine 16777216
use="(4096 pages in use"
try "nowhere to go: refused" 1 "$use: 0 moved, 4096 left): the other segments have no room" \
	segment remove mine 1
try "what to do is said" 1 "--memory" segment remove mine 1
try "a dry run says the same" 1 "$use): the other segments have no room" \
	segment remove --dry-run mine 1
try "so does one of the store" 1 "$use): the other segments have no room" store delete -n mine
try "with --memory it could be" 0 \
	'would remove segment 1 of store "mine": 4096 pages (16M) to move' \
	segment remove -n --memory mine 1
try "if it is to be unused: refused" 1 "$use): pages of objects are on it" \
	segment remove --if-unused mine 1
is "nothing changed" "16M ok" segment list mine -n -r -o USED,STATE

dpagerctl segment add --size 64M mine /dev/vdb >out
ok $? "another segment"
try "now a dry run says how much would move" 0 "4096 pages (16M) to move" \
	segment remove --dry-run mine /dev/vda
is "and moves nothing" "1 16M ok
2 0B ok" segment list mine -n -r -o ID,USED,STATE
try "remove moves it" 0 'segment 1 removed from store "mine": 4096 pages (16M) moved' \
	segment remove mine /dev/vda
[ ! -s err ]
ok $? "without progress where stderr is no terminal"
is "all is on the other segment" "2 16M ok" segment list mine -n -r -o ID,USED,STATE
is "the object is as it was" 16M object show "$held" -n -o PAGED-OUT

dpagerctl segment add --size 64M mine /dev/vda >out
ok $? "the first disk comes back"
# So slow that it is still under way when all that is asked of it has been answered.
start segment remove --progress --rate 256K mine 2
ok $? "a slow one shows how far it is"
dpagerctl segment list mine -J -o ID,STATE,PLANNED,MOVED% >out 2>err
grep -q '"state": "evacuating [0-9]*%"' out && grep -q '"planned": "16M"' out &&
	grep -q '"moved%": [1-9]' out
ok $? "in JSON, too"
grep -q '"state": "ok"' out && grep -q '"moved%": null' out
ok $? "the other segment is ok"
try "another one is told of it" 1 "another command empties it right now" segment remove mine 2
try "one of the store, too" 1 "another command empties it right now" store delete mine
stop
[ $status = 1 ] && grep -qF "interrupted; what is left is where it was" err && [ ! -s out ]
ok $? "a signal ends it, and it says so"
grep -q "^[^ ]* cannot remove segment 2 .*$use: [0-9]* moved, [1-9][0-9]* left): " err
ok $? "and how much has moved"
grep -q '^moved *[0-9]*%, .* of 16M, ' err
ok $? "--progress has written lines"
is "both segments are in use again" "2 ok
3 ok" segment list mine -n -r -o ID,STATE
try "a deadline ends it, too" 1 "the time of --deadline is over" \
	segment remove --rate 1M --deadline 0.5 mine 2
try "the next one goes on with the rest" 0 'segment 2 removed from store "mine": ' \
	segment remove mine 2
is "that segment is gone" 3 segment list mine -n -r -o ID

dpagerctl segment add --size 64M mine /dev/vdb >out
is "--quiet says nothing" "" segment remove --quiet mine /dev/vdb
try "pages of the store's own objects have no other store" 1 "have no room" store delete mine
try "they may come back to memory" 0 'would delete store "mine": ' \
	store delete --dry-run --memory mine
try "the store is still there" 0 mine store list -n -o NAME
try "delete with --memory" 0 'store "mine" deleted: ' store delete --memory mine
is "the object lives on in memory" "0B
(deleted)" object show "$held" -n -o PAGED-OUT,STORE
kill "$holder"
wait "$holder" 2>err

end
