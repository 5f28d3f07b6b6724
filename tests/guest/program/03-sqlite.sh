#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# SQLite with mmap_size, in rollback and WAL mode: rows written, updated, deleted; its own
# integrity check, and a digest of the content that is the same on tmpfs.
# guest: mem=512 disks=1G timeout=240 root
# shellcheck source=tests/guest/lib/program.sh
. /tests/lib/program.sh
program_begin
ok $? "a root and a store"

cat >$root/tmp/work.sql <<'END'
PRAGMA mmap_size = 268435456;
PRAGMA cache_size = -1024;
CREATE TABLE rows (id INTEGER PRIMARY KEY, key TEXT, body BLOB);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 16000)
	INSERT INTO rows SELECT i, printf('%08x', i * 40503 % 65536), zeroblob(2000) FROM n;
CREATE INDEX keys ON rows (key);
UPDATE rows SET body = CAST(printf('%.*c%d', 2000, char(97 + id % 26), id * 7919) AS BLOB)
	WHERE id % 3 <> 0;
DELETE FROM rows WHERE id % 16 = 5;
PRAGMA integrity_check;
SELECT count(*), sum(length(body)), sum(CAST(key AS INTEGER)) FROM rows;
.sha3sum rows
END

# The digest must be that of the first run.
sqlite() {	# journal mode
	inside sqlite3 -bail /data/db "PRAGMA journal_mode = $1" ".read /tmp/work.sql" &&
		grep -qx ok out && grep -qxF '15000|30081232|11431273' out || return
	tail -n 1 out >sum
	[ -e sum.first ] || cp sum sum.first
	cmp sum sum.first
}

rollback() { sqlite truncate; }
wal() { sqlite wal; }

both "sqlite rollback" /data 20 rollback
both "sqlite WAL" /data 20 wal
program_end
