#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every header compiles alone, twice, as C and as C++, and the SYNOPSIS of
# Mach's manual pages compile unchanged. TAP.
out=. # lib.sh makes it
# shellcheck disable=SC1091 # beside this one
. "$(dirname "$0")/lib.sh"

tools=../../../tools/libdpager
flags="-Wall -Wextra -Wpedantic -Wshadow -Werror -fsyntax-only -I$tools/include
	-I$tools/mach-include -I../../../include/uapi"

# shellcheck disable=SC2086 # several flags
as_c() {	# standard, file
	gcc -std="$1" -Wstrict-prototypes $flags -xc "$2"
}

# shellcheck disable=SC2086 # several flags
as_cxx() {	# standard, file
	g++ -std="$1" $flags -xc++ "$2"
}

fails() {	# command
	! "$@"
}

for header in $(cd $tools/include && ls dpager/*.h) $(cd $tools/mach-include && ls ./*/*.h); do
	header=${header#./}
	printf '#include <%s>\n#include <%s>\n' "$header" "$header" >"$out/unit"
	try "<$header> in C99" as_c c99 "$out/unit"
	try "<$header> in C11" as_c gnu11 "$out/unit"
	try "<$header> in C++11" as_cxx c++11 "$out/unit"
	try "<$header> in C++20" as_cxx c++20 "$out/unit"
done
printf '#include <mach/mach.h>\n#include <dpager/dpager.h>\n' >"$out/unit"
try "both spellings together in C" as_c c99 "$out/unit"
try "both spellings together in C++" as_cxx c++11 "$out/unit"
for page in add_segment backing_store_delete object_create; do
	try "the SYNOPSIS of default_pager_$page" as_c gnu11 synopsis_$page.c
done
try "arguments in another order do not compile" fails as_c gnu11 synopsis_wrong.c
done_testing
