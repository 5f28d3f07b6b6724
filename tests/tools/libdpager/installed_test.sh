#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What `make install` installs is found by pkg-config, compiled against in C and
# C++, linked both ways, run, and read with man. TAP.
out=. # lib.sh makes it
# shellcheck disable=SC1091 # beside this one
. "$(dirname "$0")/lib.sh"

root=$out/root
prefix=/opt/dpager
export PKG_CONFIG_PATH="$root$prefix/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$root"

install_all() {
	make -C ../../../tools O="$out/build" DESTDIR="$root" PREFIX=$prefix install-libdpager
}

cat >"$out/native.c" <<'UNIT'
#include <dpager/dpager.h>
#include <stdio.h>

int main(void)
{
	struct dpager_info info;

	/* Not a pager: an answer, without the module. */
	return puts(dpager_explain(DPAGER_DETAIL_OVERLAP)) < 0 || !dpager_info(0, &info);
}
UNIT
cp "$out/native.c" "$out/native.cc"
cat >"$out/ported.c" <<'UNIT'
#include <mach/default_pager_object.h>

int main(void)
{
	return default_pager_backing_store_delete(MACH_PORT_NULL) != KERN_INVALID_ARGUMENT;
}
UNIT

# shellcheck disable=SC2046 # several words
build() {	# compiler, source, program, package
	"$1" -Wall -Wextra -Werror -o "$out/$3" "$out/$2" $(pkg-config --cflags --libs "$4")
}

# shellcheck disable=SC2046 # several words
build_static() {
	cc -static -o "$out/static" "$out/native.c" $(pkg-config --cflags --libs --static dpager)
}

run() {	# program
	LD_LIBRARY_PATH="$root$prefix/lib" "$out/$1" </dev/null
}

clean_man() {	# page
	MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$1" >/dev/null 2>"$out/warnings"
	cat "$out/warnings"
	test ! -s "$out/warnings"
}

# The program of a page's EXAMPLES.
example() {	# page, package
	sed -n '/^#include .*h>$/,/^}/ { s/\\-/-/g; s/\\e/\\/g; p }' "../../../tools/man/$1" \
		>"$out/example.c"
	build cc example.c example "$2"
}

# Each page of section 3 is ours, or leads to one that is.
pages_lead_somewhere() {
	(cd "$root$prefix/share/man/man3" && find . -name '*.3') | sed 's/^..//; s/\.3$//' |
		sort >"$out/pages"
	{
		(cd ../../../tools/man && ls -- *.3) | sed 's/\.3$//'
		nm -D --defined-only "$root$prefix/lib/libdpager.so" |
			awk '$2 == "T" { sub("@.*", "", $3); print $3 }'
	} | sort -u | diff - "$out/pages"
}

# What 14-recipe.sh runs in a guest is what default_pager_triggers(3) says.
recipe_is_tested() {
	sed -n '/^key=/,/^dpagerctl segment/ { s/\\-/-/g; s/\\(aq/'"'"'/g; s/\\e/\\/g; p }' \
		../../../tools/man/default_pager_triggers.3 >"$out/said"
	sed -n '/^key=/,/^unset/p; /^dpagerctl/p' ../../guest/mach/14-recipe.sh >"$out/run"
	test -s "$out/said" && diff "$out/said" "$out/run"
}

try "make install-libdpager" install_all
try "pkg-config knows its version" pkg-config --exact-version=0.1 dpager
try "a C program" build cc native.c native dpager
try "it runs" run native
try "a C++ program" build c++ native.cc nativexx dpager
try "it runs" run nativexx
try "a static program" build_static
try "it runs" run static
try "a program of Mach's" build cc ported.c ported dpager-mach
try "it runs" run ported
for page in ../../../tools/man/*.3; do
	try "$(basename "$page") has no mistake" clean_man "$page"
	if command -v mandoc >/dev/null; then
		try "$(basename "$page"): mandoc finds none" mandoc -T lint -W warning "$page"
	fi
done
try "man finds each call by its name" pages_lead_somewhere
try "the recipe for encryption is the one that is tested" recipe_is_tested
try "the example of libdpager(3)" example libdpager.3 dpager
try "the example of default_pager(3)" example default_pager.3 dpager-mach
try "nothing else is found beside the libraries" sh -c \
	"test \$(find '$root$prefix/lib' -name '*.o' | wc -l) = 0"
done_testing
