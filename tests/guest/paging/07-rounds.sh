#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# guest: nomodule timeout=400
#
# 200 rounds (a share of them on the debug kernel) of load, store, page out,
# delete, unload. Each second round leaves its store to the unloading, which
# must release the disk.

rounds=$((200 * ${DPAGER_ROUNDS:-100} / 100))
round=1
failed=

while [ $round -le $rounds ] && [ -z "$failed" ]; do
	if ! insmod /dpager.ko; then
		failed="insmod in round $round"
	elif ! round $round; then
		failed="the object in round $round"
	else
		tries=0
		# The last reference of an object ends in a worker, a moment later.
		until rmmod dpager 2>/tmp/rmmod.log || [ $tries -ge 100 ]; do
			tries=$((tries + 1))
			usleep 20000
		done
		[ -d /sys/module/dpager ] && failed="rmmod in round $round: $(cat /tmp/rmmod.log)"
	fi
	round=$((round + 1))
done
if [ -n "$failed" ]; then
	echo "not ok 1 - $failed"
else
	echo "ok 1 - $rounds rounds of load, page out, unload"
fi
if [ -e /dev/dpager ]; then
	echo "not ok 2 - /dev/dpager is gone with the module"
	rmmod dpager
else
	echo "ok 2 - /dev/dpager is gone with the module"
fi
echo "1..2"
[ -z "$failed" ]
