#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl wait: for free space, rest, and the last object's end; of all stores and of one.
# guest: disks=2G,2G timeout=60
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

try "no condition is wrong usage" 2 "Give --free SIZE" wait
try "two are, too" 2 "do not go together" wait --idle --no-objects
try "a time is a time" 2 "is no time" wait --idle --timeout soon
try "an unknown store is named" 1 'there is no store "none"' wait --store none --idle
dpagerctl store create mine >out && dpagerctl segment add --size 16M mine /dev/vda >out &&
	dpagerctl store create other >out && dpagerctl segment add --size 64M other /dev/vdb >out
ok $? "two stores"
hold mine 8388608

is "it is so: at once, and without a word" "" wait --free 72M --timeout 0
try "it is not so: 3, and what is" 3 "72M free" wait --free 73M --timeout 0
try "of one store" 3 "8M free" wait --free 9M --store mine --timeout 0.3
is "of the other" "" wait --free 64M --store other --timeout 0
try "a store by its id" 3 "8M free" wait --free 9M --store '#1' --timeout 0
try "objects are told" 3 "1 object" wait --no-objects --timeout 0
try "those of a store, too" 3 "1 object" wait --no-objects --store mine --timeout 0
is "the other has none" "" wait --no-objects --store other --timeout 0
try "idle takes a second" 3 "moving" wait --idle --timeout 0.5
is "then it is" "" wait --idle --timeout 30
is "a store's, too" "" wait --idle --store mine --timeout 30

( sleep 1; kill "$holder" ) &
is "it waits for the object's end" "" wait --no-objects --store mine --timeout 20
is "and for its space" "" wait --free 16M --store mine --timeout 20
wait "$holder" 2>err
( sleep 1; dpagerctl store delete mine >other ) &
try "a store that is deleted meanwhile is an end, too" 1 'store "mine" was deleted meanwhile' \
	wait --free 1G --store mine --timeout 20
wait
try "delete" 0 deleted store delete other

end
