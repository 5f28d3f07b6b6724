#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl for those who may not: an unprivileged user with and without access to the
# device, and a machine without the module.
# guest: disks=2G,2G timeout=60
[ -d /lab ] || exit 1	# it writes to disks: guests only
cd /tmp || exit 1
tests=0 failed=0

ok() {	# status of the check, text
	tests=$((tests + 1))
	[ "$1" = 0 ] && echo "ok $tests - $2" && return
	failed=$((failed + 1))
	echo "not ok $tests - $2"
	sed 's/^/# /' out err
}

# Runs dpagerctl; checks its exit code, and that what it printed has the text.
try() {	# what, exit code, fixed text, arguments of dpagerctl
	what=$1 code=$2 text=$3
	shift 3
	dpagerctl "$@" >out 2>err
	[ $? = "$code" ] && cat out err | grep -qF -e "$text"
	ok $? "$what"
}

# As try, for an unprivileged user.
try_user() {	# what, exit code, fixed text, command line of dpagerctl
	su user -c "dpagerctl $4" >out 2>err
	[ $? = "$2" ] && cat out err | grep -qF -e "$3"
	ok $? "$1"
}

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
try "nothing changed" 0 kept store list -n -o NAME

mv /dev/dpager /dev/other
try "another path can be given" 0 kept --device /dev/other store list
try "a missing node of a loaded module" 1 "although the module is loaded" info
mv /dev/other /dev/dpager
try "delete" 0 deleted store delete kept
rmmod dpager
try "without the module: modprobe" 1 "modprobe dpager" info
mknod /dev/stale c 10 250
try "a stale node: modprobe" 1 "modprobe dpager" info --device /dev/stale
rm /dev/stale

echo "1..$tests"
[ $failed = 0 ]
