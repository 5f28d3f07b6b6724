#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl alert: lines, JSON and commands when space becomes low and when there is room.
# guest: disks=2G,2G timeout=60
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

# Waits up to a minute until a file has a line that matches.
appears() {	# what, file, basic regular expression
	tries=0
	until grep -q "$3" "$2" || [ $tries = 600 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	cp "$2" out
	[ $tries != 600 ]
	ok $? "$1"
}

try "a level must be given" 2 "give --below" alert
try "0 is none" 2 "give --below" alert --below 0
try "the upper one is not below" 2 "must not be less" alert --below 2M --above 1M
try "--json and --exec do not go together" 2 "do not go together" \
	alert --below 1M -J --exec true
dpagerctl store create mine >out && dpagerctl segment add --size 16M mine /dev/vda >out
ok $? "a store with 16M"

try "low already: at once" 0 " low: 16M of 16M free" alert --below 1G --once
try "of a store" 0 ' low: 16M of 16M free on store "mine"' \
	alert --store mine --below 1G --once
json "an event" alert --json --below 1G --once
grep -q '"event": "low", "sequence": 1, "free": 16777216, "total": 16777216, "store": null' out
ok $? "has its figures"
# shellcheck disable=SC2016 # the shell of --exec expands it
is "a command instead" "low 16777216 of 16777216, 1, mine" alert --store '#1' --below 1G --once \
	--exec 'echo "$DPAGER_EVENT $DPAGER_FREE of $DPAGER_TOTAL, $DPAGER_SEQUENCE, $DPAGER_STORE"'
try "one that fails is told" 0 'failed (exit code 3)' alert --below 1G --once --exec 'exit 3'

dpagerctl alert --below 10M --above 12M >log 2>&1 &
watcher=$!
hold mine 8388608
# The object's pages go out while it watches, so it may tell before the last is out.
appears "low" log ' low: [89]\(\.[0-9]*\)\{0,1\}M of 16M free$'
kill "$holder"
wait "$holder" 2>err
appears "room" log ' room: 1[2-6]\(\.[0-9]*\)\{0,1\}M of 16M free$'
kill $watcher
wait $watcher 2>err

dpagerctl alert --store mine --below 1M >log 2>&1 &
watcher=$!
sleep 1
try "the store's end" 0 deleted store delete mine
appears "ends an alert of it" log 'store "mine" was deleted$'
wait $watcher
[ $? = 1 ]
ok $? "with a failure"

end
