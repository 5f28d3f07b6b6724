# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154	# root is program.sh's
# For the tests of libdpager-preload.so, which begin with it.
# shellcheck source=tests/guest/lib/program.sh
. /tests/lib/program.sh
library=/lib/x86_64-linux-gnu/libdpager-preload.so

# Runs a program of the guest with the library; variables come first.
preloaded() {
	env LD_PRELOAD=$library "$@" >out 2>err
}

# Where a dpagerfs is on /data of the root.
with_library() {
	[ "$(stat -f -c %t $root/data)" = 64706673 ]
}

# Runs a program of the root in the cgroup, with the library or without: a function that
# does so is one for both().
shares_inside() {
	if with_library; then
		cp $library $root/tmp/ && inside /bin/busybox env DPAGER_PRELOAD_STRICT=1 \
			LD_PRELOAD=/tmp/${library##*/} DPAGER_STORE=fast DPAGER_SHM=/data "$@"
	else
		inside "$@"
	fi
}
