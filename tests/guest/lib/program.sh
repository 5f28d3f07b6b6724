# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034	# root and shm are for the tests
# For the tests of Debian's programs, which begin with it and declare "root": the programs
# run in the root on the disk root.ext4; first on a tmpfs that has all memory it wants, then
# on a dpagerfs that pages to /dev/vda, in a cgroup of less memory than the files have. There
# is no swap.
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh
root=/mnt/root group=/sys/fs/cgroup/program

root_disk() {	# prints the device
	for disk in /sys/block/vd*; do
		[ "$(cat "$disk/serial")" = root.ext4 ] && echo "/dev/${disk##*/}" && return
	done
	return 1
}

# Mounts the root, with /dev, /sys and /proc of the guest and a /tmp and /run of its own.
root_mount() {
	mkdir -p $root && mount -t ext4 -o ro "$(root_disk)" $root &&
		mount -t proc proc $root/proc && mount --bind /sys $root/sys &&
		mount --bind /dev $root/dev && mount -t tmpfs -o mode=1777 tmp $root/tmp &&
		mount -t tmpfs run $root/run
}

# Makes the root, the store "fast", and lets cgroups limit memory.
program_begin() {
	root_mount && echo +memory >/sys/fs/cgroup/cgroup.subtree_control &&
		dpagerctl store create fast && dpagerctl segment add fast /dev/vda
} >out 2>err

# Becomes a program of the root, in the cgroup.
enter() {
	echo 0 >$group/cgroup.procs && exec chroot $root "$@"
}

# Runs one.
inside() {
	(enter "$@")
}

figure() {	# a column of the store
	dpagerctl store show fast --noheadings --bytes --output "$1"
}

centiseconds() {
	sed 's/ .*//; s/\.//' /proc/uptime
}

# A task that was reaped leaves its cgroup a moment later.
group_end() {
	echo 1 >$group/cgroup.kill
	tries=0
	until rmdir $group 2>>err; do
		[ $tries = 100 ] && return 1
		sleep 0.1
		tries=$((tries + 1))
	done
}

# Runs a function on one file system; sets bytes (of the files at the end, unless the
# function says it) and spent (centiseconds).
side() {	# file system, its options, directory in the root, memory, function
	mount -t "$1" -o "$2" "$1" $root"$3" || return 1
	mkdir $group && echo "$4" >$group/memory.max || return 1
	bytes='' spent=$(centiseconds)
	"$5" >out 2>err
	result=$?
	spent=$(($(centiseconds) - spent))
	[ -n "$bytes" ] || bytes=$(($(stat -f -c '(%b - %f) * %S' $root"$3")))
	group_end && umount $root"$3" && return $result
}

# Runs a function on tmpfs and on dpagerfs: where tmpfs passes, dpagerfs passes, and of what
# the files have beyond the memory every page went out to the store. A line of the table.
both() {	# what, directory in the root, MiB of memory, function
	side tmpfs size=90%,mode=1777 "$2" max "$4"
	ok $? "$1: passes on tmpfs"
	tmpfs="$((spent / 100)).$((spent % 100 / 10)) s"
	out=$(figure PAGES-OUT) in=$(figure PAGES-IN)
	side dpagerfs store=fast,mode=1777 "$2" "$3M" "$4"
	ok $? "$1: passes on dpagerfs"
	out=$(($(figure PAGES-OUT) - out)) in=$(($(figure PAGES-IN) - in))
	size="$((bytes >> 20)) MiB of files"
	[ "$bytes" -gt 0 ] || size="files that it removes"
	echo "# $1: $size; tmpfs, in memory: $tmpfs; dpagerfs, in $3 MiB:" \
		"$((spent / 100)).$((spent % 100 / 10)) s, $out pages out, $in in"
	[ "$bytes" -le $(($3 << 20)) ] && return
	[ "$out" -ge $(((bytes - ($3 << 20)) / 4096)) ]
	ok $? "$1: what exceeds the memory was paged out"
}

# Ends what program_begin made.
program_end() {
	soon "the store is empty and deleted" store delete --if-unused fast
	for place in run tmp dev sys proc ''; do
		umount $root/$place
	done
	end
}
