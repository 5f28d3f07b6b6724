#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# TAP for the library's shell tests: sourced. A test runs in the folder of this file.

cd "$(dirname "$0")" || exit 1
out=$(mktemp -d) || exit 1
trap 'rm -r "$out"' EXIT
tests=0 failed=0

ok() {	# status of the check, text; what it printed is in $out/log
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
	else
		failed=$((failed + 1))
		echo "not ok $tests - $2"
		sed 's/^/# /' "$out/log"
	fi
}

# Runs a command, whose success is a result.
try() {	# text, command
	what=$1
	shift
	"$@" >"$out/log" 2>&1
	ok $? "$what"
}

done_testing() {
	echo "1..$tests"
	[ $failed = 0 ]
}
