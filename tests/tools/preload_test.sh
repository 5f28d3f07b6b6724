#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What libdpager-preload.so shows and needs, where it is installed, and that programs run
# with it where there is no module. TAP.
# usage: preload_test.sh LIBRARY
library=$1
cd "$(dirname "$0")" || exit 1
out=. # tap.sh makes it
# shellcheck source=tests/tools/tap.sh
. ./tap.sh
: >"$out/log"

try() {	# text, command
	what=$1
	shift
	"$@" >"$out/log" 2>&1
	ok $? "$what"
}

printf '%s\n' memfd_create mmap mmap64 shm_open shm_unlink syscall >"$out/wanted"
nm -D --defined-only "$library" | awk '{ print $3 }' | sort >"$out/shown"
try "it shows the calls only, without versions" diff "$out/wanted" "$out/shown"
readelf -d "$library" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' >"$out/needed"
echo libc.so.6 >"$out/wanted"
try "it needs libc only" diff "$out/wanted" "$out/needed"
try "its manual page is clean" mandoc -T lint -W warning ../../tools/man/libdpager-preload.7

make -C ../../tools O="$out/build" DESTDIR="$out/root" PREFIX=/usr \
	install-libdpager-preload >"$out/log" 2>&1
try "it is installed" test -x "$out/root/usr/lib/libdpager-preload.so"
try "its manual page is installed" test -f "$out/root/usr/share/man/man7/libdpager-preload.7"

cat >"$out/program.py" <<'END'
import mmap, os
from multiprocessing.shared_memory import SharedMemory
memory = SharedMemory(create=True, size=2 << 20)
area = mmap.mmap(-1, 2 << 20)
file = os.memfd_create("name")
area[:4] = memory.buf[:4] = b"here"
os.write(file, area[:4])
print(bytes(memory.buf[:4]), os.pread(file, 4, 0))
memory.unlink()
END
# The store is one that no machine has.
export LD_PRELOAD="$library" DPAGER_STORE=preload-test
python3 "$out/program.py" >"$out/log" 2>"$out/log2"
[ "$(cat "$out/log")" = "b'here' b'here'" ] && [ "$(wc -l <"$out/log2")" = 1 ] &&
	grep -q '^python3: libdpager-preload: .*; memory is the system.s now$' "$out/log2"
ok $? "without the module: one line, and the program runs"
DPAGER_PRELOAD_STRICT=1 python3 "$out/program.py" >"$out/log" 2>"$out/log2"
[ $? = 1 ] && ! grep -q 'libdpager-preload' "$out/log2"
ok $? "strict: the program's own error"
unset LD_PRELOAD DPAGER_STORE
done_testing
