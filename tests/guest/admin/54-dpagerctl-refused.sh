#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl for those who may not: an unprivileged user with and without access to the
# device, and a machine without the module.
# guest: disks=2G,2G timeout=60
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

dpagerctl store create kept >out
ok $? "root makes a store"
chmod 600 /dev/dpager
try_user "a device of root's only is said so" 1 "only root may open it" "store list"
chgrp dpager /dev/dpager
chmod 660 /dev/dpager
try_user "a device of a group's names the group" 1 'members of group' "store list"
chmod 644 /dev/dpager
try_user "who may read lists the stores" 0 kept "store list"
try_user "and sees the figures" 0 PAGE-SIZE info
su user -c "dpagerctl object list" >out 2>err && [ ! -s out ]
ok $? "and objects, of which there is none"
try_user "but opens it not for more" 1 "permission denied" "store create mine"
chmod 666 /dev/dpager
privilege="CAP_SYS_ADMIN is needed"
try_user "store create needs privilege" 1 "$privilege" "store create mine"
try_user "store show needs privilege" 1 "$privilege" "store show kept"
try_user "store delete needs privilege" 1 "$privilege" "store delete kept"
try_user "segment add needs privilege" 1 "$privilege" "segment add kept /dev/vda"
try_user "segment list needs privilege" 1 "$privilege" "segment list"
try_user "segment remove needs privilege" 1 "$privilege" "segment remove kept 1"
try_user "store quota needs privilege" 1 "$privilege" "store quota kept"
try_user "segment resize needs privilege" 1 "$privilege" "segment resize kept 1 -1M"
try_user "segment drain needs privilege" 1 "$privilege" "segment drain kept 1"
try_user "evacuate needs privilege" 1 "$privilege" "evacuate kept 1"
try_user "delete needs privilege" 1 "$privilege" "delete kept"
try_user "map segment needs privilege" 1 "$privilege" "map segment kept 1"
try_user "an alert of a store needs privilege" 1 "$privilege" \
	"alert --store kept --below 1M"
try_user "status shows what may be seen" 0 kept ""
try_user "wait for free space needs none" 3 "0B free" \
	"wait --store kept --free 1M --timeout 0"
try "nothing changed" 0 kept store list -n -o NAME

mv /dev/dpager /dev/other
try "another path can be given" 0 kept --device /dev/other store list
try "a missing node of a loaded module" 1 "although the module is loaded" info
mv /dev/other /dev/dpager
try "delete" 0 deleted store delete kept
rmmod dpager
try "without the module: modprobe" 1 "modprobe dpager" info
try "without a command, too" 1 "modprobe dpager"
mknod /dev/stale c 10 250
try "a stale node: modprobe" 1 "modprobe dpager" info --device /dev/stale
rm /dev/stale

end
