#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl check: the books balance with nothing there, with pages out, and after the end.
# guest: disks=2G,2G timeout=60
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

is "nothing: balanced" "balanced
0
0
0
0
0" check -n
dpagerctl store create mine >out && dpagerctl segment add --size 16M mine /dev/vda >out
ok $? "a store with a segment"
hold mine 4194304
is "1024 slots, however they are counted" "balanced
0
1
1024
1024
1024" check -n
json "books" check -J
try "a time is a time" 2 "is no time" check --timeout soon
dpagerctl object drop --yes --length 1M "$held" >out 2>err
is "256 fewer" "768
768
768" check -n -o SLOTS-USED,SLOTS-SET,SLOTS-MAPPED
chmod 666 /dev/dpager
try_user "it needs privilege" 1 "CAP_SYS_ADMIN is needed" check
kill "$holder"
wait "$holder" 2>err
soon "the end" store delete --if-unused mine
try "balanced again" 0 balanced check

end
