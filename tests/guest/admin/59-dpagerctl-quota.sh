#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl: attributes and all figures of a store, quotas, and the stores of an object.
# guest: disks=2G,2G timeout=60
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

is "attributes are told" \
	'store "sure" created: id 1, priority -1, cluster 128K, checksum,private' \
	store create --checksum --private sure
is "none is not" 'store "plain" created: id 2, priority -1, cluster 128K' store create plain
is "the list has them" "sure checksum,private
plain -" store list -nro NAME,ATTRIBUTES
is "show has them" "checksum,private" store show sure -n -o ATTRIBUTES
dpagerctl segment add --size 16M sure /dev/vda >out &&
	dpagerctl segment add --size 16M plain /dev/vdb >out
ok $? "a segment each"
hold - 4194304
is "an object of any store leaves the private one out" "0B
4M" store list -nro USED

is "show and info are one" "4M" store info plain -n -o USED
is "the peak" 4M store show plain -n -o USED-PEAK
is "nothing is set aside" 0B store show plain -n -o RESERVED
is "nothing was lost" "0B
0
0" store show plain -n -o LOST,FULL,CHECKSUM-ERRORS
is "pages without a slot before" 1024 store show plain -n -o INITIAL
json "all figures" store info -J plain

is "who has pages has a line" "USER UID LIMIT USED USE%
root   0     -   4M    -" store quota plain
is "nobody has any here" "" store quota sure -n
is "a limit is set" 'user root has at most 8M on store "plain", and 4M in use' \
	store quota plain root 8M
is "and shown" "8M 4M 50%" store quota plain root -nro LIMIT,USED,USE%
is "by number, too" "8M" store quota plain 0 -nro LIMIT
is "one who has neither" "- 0B" store quota plain 4711 -nro LIMIT,USED
json "quotas" store quota -Jb plain
grep -q '"limit": 8388608' out
ok $? "limits in bytes are numbers"
is "and taken away" 'user root has no limit on store "plain", and 4M in use' \
	store quota plain root none
is "then there is none" "-" store quota plain root -nro LIMIT
try "an unknown user is wrong usage" 2 "neither a user's name" store quota plain nobody-here 1M
try "a bad limit, too" 2 "is not a size" store quota plain root much

is "an object goes elsewhere from now on" "object $held goes to \"sure\" from now on" \
	object stores "$held" sure
is "what is there stays" "0B
4M" store list -nro USED
is "to both" "object $held goes to \"plain\", \"sure\" from now on" \
	object stores "$held" '#2' sure
is "they are listed" "sure
plain" object stores "$held" -nro NAME
is "to any" "object $held goes to every store that is not private from now on" \
	object stores --any "$held"
is "which is no list" "" object stores "$held" -nro NAME
try "one twice is refused" 1 "each of them once" object stores "$held" sure sure
try "an unknown store is named" 1 'there is no store "none"' object stores "$held" none
kill "$holder"
wait "$holder" 2>err
soon "the end" store delete --if-unused sure
soon "of both" store delete --if-unused plain

end
