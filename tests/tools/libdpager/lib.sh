#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the library's shell tests share: sourced. A test runs in the folder of this file.

cd "$(dirname "$0")" || exit 1
# shellcheck source=tests/tools/tap.sh
. ../tap.sh

# Runs a command, whose success is a result.
try() {	# text, command
	what=$1
	shift
	"$@" >"$out/log" 2>&1
	ok $? "$what"
}
