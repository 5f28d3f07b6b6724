# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034	# root and shm are for the tests
# For the tests of Debian's programs, which begin with it and declare "root": the programs
# run in the root on the disk root.ext4, in a cgroup of so much memory, on a dpagerfs that
# pages to /dev/vda and on a tmpfs that swaps to /dev/vdb.
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

# Makes what both sides need: the root, the store "fast", swap, a cgroup to be.
program_begin() {
	root_mount && echo +memory >/sys/fs/cgroup/cgroup.subtree_control &&
		dpagerctl store create fast && dpagerctl segment add fast /dev/vda &&
		mkswap /dev/vdb && swapon /dev/vdb
} >out 2>err

# Runs a program of the root, in the cgroup.
inside() {
	(echo 0 >$group/cgroup.procs && exec chroot $root "$@")
}

figure() {	# a column of the store
	dpagerctl store show fast --noheadings --bytes --output "$1"
}

pages_out() {	# of a file system's pages, all that ever went to its disk
	case $1 in
	dpagerfs) figure PAGES-OUT ;;
	tmpfs) sed -n 's/^pswpout //p' /proc/vmstat ;;
	esac
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
# function says it), moved (pages) and spent (centiseconds).
side() {	# file system, directory in the root, MiB of memory, function
	case $1 in
	dpagerfs) mount -t dpagerfs -o store=fast,mode=1777 dpager $root"$2" ;;
	tmpfs) mount -t tmpfs -o size=512m,mode=1777 tmpfs $root"$2" ;;
	esac || return 1
	mkdir $group && echo "$3M" >$group/memory.max || return 1
	bytes='' began=$(pages_out "$1") spent=$(centiseconds)
	"$4" >out 2>err
	result=$?
	spent=$(($(centiseconds) - spent))
	[ -n "$bytes" ] || bytes=$(($(stat -f -c '(%b - %f) * %S' $root"$2")))
	moved=$(($(pages_out "$1") - began))
	group_end && umount $root"$2" && return $result
}

# Runs a function on tmpfs and on dpagerfs: where tmpfs passes, dpagerfs passes, and of what
# the files have beyond the memory every page went out to the store. A line of the table.
both() {	# what, directory in the root, MiB of memory, function
	side tmpfs "$2" "$3" "$4"
	tmpfs=$?
	ok $tmpfs "$1: passes on tmpfs"
	row="$((spent / 100)).$((spent % 100 / 10)) s, $moved pages out"
	side dpagerfs "$2" "$3" "$4"
	ok $? "$1: passes on dpagerfs"
	echo "# $1: $((bytes >> 20)) MiB of files, $3 MiB of memory; tmpfs $row;" \
		"dpagerfs $((spent / 100)).$((spent % 100 / 10)) s, $moved pages out"
	[ "$bytes" -le $(($3 << 20)) ] && return
	[ "$moved" -ge $(((bytes - ($3 << 20)) / 4096)) ]
	ok $? "$1: what exceeds the memory was paged out"
}

# Ends what program_begin made.
program_end() {
	soon "the store is empty and deleted" store delete --if-unused fast
	swapoff /dev/vdb
	for place in run tmp dev sys proc ''; do
		umount $root/$place
	done
	end
}
