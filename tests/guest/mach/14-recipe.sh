#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The recipe of default_pager_triggers(3) for encrypted paging space, as it is there:
# installed_test.sh compares the lines. 10-encrypted looks at what is on the disk.
# guest: disks=2G,2G kmod=dm-crypt kernels=6.1,6.12,sid
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

encrypt() {
key=$(od -An -vtx1 -N64 /dev/urandom | tr -d ' \n')
dmsetup create pager0 <<END
0 $(blockdev --getsz /dev/vdb) crypt aes-xts-plain64 $key 0 /dev/vdb 0
END
unset key
}
# udev's work, which is not here.
encrypt >out 2>err && dmsetup mknodes pager0 >>out 2>>err
ok $? "a mapping with a key that nobody keeps"

page() {
dpagerctl store create fast
dpagerctl segment add fast /dev/mapper/pager0
}
page >out 2>err
ok $? "a segment on it"
is "gives the store a segment of the whole disk" "2147483648" \
	store show fast --noheadings --bytes --output SIZE
# Pages go there and come back.
hold fast 4194304
try "an object pages to it" 0 "paged out" object out "$held"
is "all of it" "4194304" object show "$held" --noheadings --bytes --output PAGED-OUT
kill "$holder"
wait "$holder"
soon "the store can be deleted" store delete --if-unused fast
dmsetup remove pager0 >out 2>err
ok $? "and the mapping with its key"
end
