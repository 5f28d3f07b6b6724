#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# TAP for shell tests: sourced. Makes the folder $out, which goes at the end.

out=$(mktemp -d) || exit 1
trap 'rm -r "$out"' EXIT
tests=0 failed=0

ok() {	# status of the check, text; what was printed is in the files of $out/log*
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
	else
		failed=$((failed + 1))
		echo "not ok $tests - $2"
		sed 's/^/# /' "$out"/log*
	fi
}

done_testing() {
	echo "1..$tests"
	[ $failed = 0 ]
}
