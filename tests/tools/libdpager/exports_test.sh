#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What libdpager.so shows is what the headers declare, no more and no less; each
# call has a version, a manual page, and nothing of the library's inside leaks. TAP.
# usage: exports_test.sh BUILD-FOLDER
build=$1
out=. # lib.sh makes it
# shellcheck disable=SC1091 # beside this one
. "$(dirname "$0")/lib.sh"

headers=../../../tools/libdpager/include/dpager
man=../../../tools/man
so=$build/libdpager.so.0

# Prototypes begin in the first column with a type; inside comments nothing does.
sed -nE 's/^[a-z][a-z_ 0-9]*[ *]\**([a-z_0-9]+)\(.*/\1/p' $headers/dpager.h $headers/mach.h |
	sort >"$out/declared"
nm -D --defined-only "$so" >"$out/symbols"
awk '$2 == "T" { sub("@.*", "", $3); print $3 }' "$out/symbols" | sort >"$out/exported"
awk '$2 == "T" && $3 !~ /@@DPAGER_0\.1$/ { print $3 }' "$out/symbols" >"$out/unversioned"
awk '$2 != "T" && $2 != "A" { print $3 }' "$out/symbols" >"$out/data"
sed -n '/^\.SH NAME/,/^\.SH SYNOPSIS/p' $man/*.3 | tr -s ', ' '\n' | sort -u >"$out/named"

try "there are some" test -s "$out/declared"
try "declared and exported are the same" diff "$out/declared" "$out/exported"
try "each has a version" test ! -s "$out/unversioned"
try "no data is exported" test ! -s "$out/data"
comm -23 "$out/declared" "$out/named" >"$out/unnamed"
try "each is in the NAME of a manual page" diff /dev/null "$out/unnamed"
readelf -d "$so" >"$out/dynamic"
try "the soname is libdpager.so.0" grep -q 'SONAME.*\[libdpager\.so\.0\]' "$out/dynamic"
grep NEEDED "$out/dynamic" | grep -v 'libc\.so\.6\|ld-linux' >"$out/needed"
try "it needs libc only" test ! -s "$out/needed"
done_testing
