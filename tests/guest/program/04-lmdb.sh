#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# LMDB: mdb_load writes a database twice, mdb_dump prints what went in; then with MDB_WRITEMAP,
# where a transaction writes to the mapping itself.
# guest: mem=512 disks=1G timeout=240 root
# shellcheck source=tests/guest/lib/program.sh
. /tests/lib/program.sh
program_begin
ok $? "a root and a store"

records() {	# turn
	awk -v turn="$1" 'BEGIN {
		filler = sprintf("%3000s", "")
		gsub(/ /, "x", filler)
		for (i = 0; i < 5000; i++)
			printf " %08d\n %s%d\n", i, filler, i * 7919 + turn
	}'
}

load() {	# turn
	{
		printf 'VERSION=3\nformat=print\ntype=btree\nmapsize=134217728\nHEADER=END\n'
		records "$1"
		echo DATA=END
	} | inside mdb_load -n /data/db
}

dumped() {
	inside mdb_dump -n -p /data/db | sed '1,/^HEADER=END$/d; /^DATA=END$/d' | sha256sum
}

tools() {
	load 1 && load 2 && inside mdb_stat -n /data/db && grep -q 'Entries: 5000$' out &&
		[ "$(dumped)" = "$(records 2 | sha256sum)" ]
}

cat >$root/tmp/map.py <<'END'
import lmdb, sys

def value(key, turn):
    return (b"%d %d " % (key * 2654435761, turn)) * 150

records = lmdb.open("/data/map", map_size=1 << 27, writemap=True)
for turn in (1, 2):
    for start in range(0, 5000, 500):
        with records.begin(write=True) as change:
            for key in range(start, start + 500):
                change.put(b"%08d" % key, value(key, turn))
with records.begin() as look:
    right = sum(found == value(int(key), 2) for key, found in look.cursor())
print("right:", right)
sys.exit(right != 5000)
END

writemap() { inside python3 /tmp/map.py; }

both "lmdb tools" /data 14 tools
both "lmdb writemap" /data 16 writemap
program_end
