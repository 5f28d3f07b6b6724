#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# memcached with its items in a file: all are written twice and read back, none is evicted,
# and all are read once more after a restart that keeps them.
# guest: mem=512 disks=1G timeout=240 root
# shellcheck source=tests/guest/lib/program.sh
. /tests/lib/program.sh
program_begin
ok $? "a root and a store"

cat >$root/tmp/items.py <<'END'
import socket, sys

ITEMS = 3000

def body(item, turn):
    return (b"%d %d " % (item * 2654435761, turn)) * 400

server = socket.socket(socket.AF_UNIX)
server.connect("/tmp/socket")
stream = server.makefile("rwb")

def ask(line):
    stream.write(line + b"\r\n")
    stream.flush()

def write(turn):
    for item in range(ITEMS):
        data = body(item, turn)
        stream.write(b"set %d 0 0 %d noreply\r\n%s\r\n" % (item, len(data), data))
    ask(b"version")
    return stream.readline().startswith(b"VERSION")

def right(turn):
    count = 0
    for first in range(0, ITEMS, 50):
        ask(b"get " + b" ".join(b"%d" % item for item in range(first, first + 50)))
        while (head := stream.readline().split())[0] == b"VALUE":
            data = stream.read(int(head[3]) + 2)
            count += data == body(int(head[1]), turn) + b"\r\n"
    return count

def evicted():
    ask(b"stats")
    lines = iter(stream.readline, b"END\r\n")
    return [int(line.split()[2]) for line in lines if line.startswith(b"STAT evictions ")][0]

written = sys.argv[1] == "read" or write(1) and write(2)
found, lost = right(2), evicted()
print(f"written {written}, right {found}, evicted {lost}")
sys.exit(not written or found != ITEMS or lost != 0)
END

# Runs the server for one client, ends it so that it can go on with the same items.
served() {	# what the client does
	enter memcached -u root -m 64 -e /data/items -s /tmp/socket &
	server=$! tries=0
	until [ -S $root/tmp/socket ] || [ $tries = 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	chroot $root python3 /tmp/items.py "$1"
	client=$?
	kill -USR1 $server
	wait $server && return $client
}

items() {
	rm -f $root/tmp/socket
	served write && rm -f $root/tmp/socket || return
	sleep 2	# it goes on in a later second only
	served read
}

both "memcached" /data 24 items
program_end
