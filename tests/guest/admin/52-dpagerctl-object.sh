#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl object and info: figures of objects that programs hold, and refusals while they do.
# guest: disks=2G,2G timeout=60
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

dpagerctl object list >out 2>err && [ ! -s out ]
ok $? "no object: an empty list"
try "info counts nothing yet" 0 "0" info -n -o OBJECTS
dpagerctl store create mine >out && dpagerctl segment add mine /dev/vda >out
ok $? "a store with a disk"

hold mine 8388608
first=$held first_holder=$holder
hold - 4194304
second=$held second_holder=$holder
dpagerctl object list -o ID,USER,SIZE,PAGED-OUT,STORE >out 2>err &&
	[ "$(cat out)" = "ID USER SIZE PAGED-OUT STORE
 $first root   8M        8M mine
 $second root   4M        4M -" ]
ok $? "list shows the objects and their stores"
try "show has the same" 0 "8M" object show "$first" -n -o PAGED-OUT
try "sizes in bytes" 0 "8388608" object show "$first" -n -b -o SIZE
try "an unknown object is named" 1 "there is no object 999" object show 999
try "info counts objects" 0 "2" info -n -o OBJECTS
try "info counts used space" 0 "12M" info -n -o USED
try "info counts pages" 0 "3072" info -n -o PAGES-OUT
try "the store counts used space" 0 "12M" store list -n -o USED
try "the store's share is rounded up" 0 "1%" store list -n -o USE%
try "the segment counts used space" 0 "12M" segment list mine -n -o USED

try "a segment in use is not removed if it is to be unused" 1 "(3072 pages in use)" \
	segment remove --if-unused mine /dev/vda
try "a store in use is not deleted if it is to be unused" 1 "(3072 pages in use)" \
	store delete --if-unused mine
try "the message says what to do" 1 "end the programs that use them" \
	store delete --if-unused mine
kill "$first_holder" "$second_holder"
wait "$first_holder" "$second_holder" 2>err
soon "then the store can be deleted" store delete --if-unused mine
dpagerctl object list >out 2>err && [ ! -s out ]
ok $? "no object is left"

chmod 666 /dev/dpager
dpagerctl store create root >out && dpagerctl segment add root /dev/vda >out
ok $? "another store"
hold root 4096
roots=$held
su user -c 'exec holdobject - 4096' >held.id &
user_holder=$!
held_wait
su user -c 'dpagerctl object list -nro ID' >out 2>err
[ "$(cat out)" = "$held" ]
ok $? "a user sees their own objects only"
su user -c "dpagerctl object show $roots" >out 2>err
[ $? = 1 ] && grep -q "or it is another user's" err
ok $? "another's object is as good as none"
try "root sees it with its user" 0 user object show "$held" -n -o USER
try "and with the number" 0 1000 object show "$held" -n -o UID
kill "$holder" "$user_holder"
wait "$holder" "$user_holder" 2>err
killall holdobject 2>err
soon "the end" store delete --if-unused root

end
