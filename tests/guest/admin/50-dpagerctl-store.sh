#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl store: create, list, show and delete, by name and by id.
# guest: disks=2G,2G timeout=60
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

is "no store: an empty list" "" store list
is "create says what is in force" 'store "plain" created: id 1, priority -1, cluster 128K' \
	store create plain
is "create takes a priority and rounds the cluster" \
	'store "fast" created: id 2, priority 10, cluster 256K' \
	store create --priority 10 --cluster 200K fast
is "a number is a name, too" 'store "7" created: id 3, priority 0, cluster 4K' \
	store create -p 0 -c 1 7
is "list has a row for each store" \
	"ID NAME  PRIO SEGMENTS SIZE USED FREE USE%
 1 plain   -1        0   0B   0B   0B    -
 2 fast    10        0   0B   0B   0B    -
 3 7        0        0   0B   0B   0B    -" store list
is "show by name" 2 store show fast -n -o ID
is "show by id" fast store show 2 -n -o NAME
is "show by # and id" fast store show '#2' -n -o NAME
is "a number is a name first" 3 store show 7 -n -o ID
is "show has a line for each field" \
	"ID       2
NAME     fast
PRIO     10
CLUSTER  256K
SEGMENTS 0" store show fast -o ID,NAME,PRIO,CLUSTER,SEGMENTS

try "a taken name is refused" 1 "another store has this name" store create fast
try "a bad name is refused" 1 "1 to 63 of the characters" store create "a b"
try "a cluster above 2M is refused" 1 "at most 2M" store create big --cluster 4M
try "a cluster above 32 bits is refused" 1 "at most 2M" store create big --cluster 1T
try "an unknown name is named" 1 'there is no store "slow"' store show slow
try "an unknown id is named" 1 'there is no store "#9"' store show '#9'
try "an id too large is named" 1 'there is no store "#99999999999999999999"' \
	store show '#99999999999999999999'
is "delete by name" 'store "plain" deleted' store delete plain
is "delete by id" 'store "fast" deleted' store delete '#2'
try "a deleted store is gone" 1 "there is no store" store delete plain
is "the others are there" 7 store list -n -o NAME
is "ids are not used again" 'store "plain" created: id 4, priority -1, cluster 128K' \
	store create plain
dpagerctl store delete plain >out && dpagerctl store delete 7 >out
ok $? "all can be deleted"

end
