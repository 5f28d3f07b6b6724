#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The command line of dpagerctl, as far as it goes without the module: help,
# wrong usage, a missing device. TAP.
# usage: cli_test.sh DPAGERCTL

ctl=$1
out=$(mktemp -d) || exit 1
trap 'rm -r "$out"' EXIT
tests=0 failed=0

ok() {	# status of the check, text
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
	else
		failed=$((failed + 1))
		echo "not ok $tests - $2"
		sed 's/^/# /' "$out/stdout" "$out/stderr"
	fi
}

# Runs dpagerctl; checks its exit code, and that the stream has the text.
try() {	# what, exit code, stdout or stderr, fixed text, arguments of dpagerctl
	what=$1 code=$2 stream=$3 text=$4
	shift 4
	"$ctl" "$@" >"$out/stdout" 2>"$out/stderr"
	[ $? = "$code" ] && grep -qF -e "$text" "$out/$stream"
	ok $? "$what"
}

commands="store segment object info"
leaves="store:create store:list store:show store:delete segment:add segment:list segment:remove
	object:list object:show object:pages object:out object:in object:drop info"

try "--help tells the commands" 0 stdout "Commands:" --help
try "--help tells the exit codes" 0 stdout "Exit codes:" --help
try "--version" 0 stdout "dpagerctl (dpager) " --version
for command in $commands; do
	try "--help names $command" 0 stdout "  $command " --help
done
for leaf in $leaves; do
	words=$(echo "$leaf" | tr : ' ')
	# shellcheck disable=SC2086 # two words
	try "$words --help tells its usage" 0 stdout "Usage: dpagerctl $words " $words --help
	# shellcheck disable=SC2086 # two words
	try "$words --version" 0 stdout "dpagerctl (dpager) " $words --version
	# shellcheck disable=SC2086 # two words
	try "$words refuses an unknown option" 2 stderr "--bogus" $words --bogus
done

try "no command is wrong usage" 2 stderr "Commands:"
try "no command of store is wrong usage" 2 stderr "Commands:" store
try "an unknown command is named" 2 stderr 'unknown command "foo"' foo
try "an unknown command of store is named" 2 stderr 'unknown command "foo"' store foo
try "a missing operand is wrong usage" 2 stderr "something is missing" store create
try "segment add wants two operands" 2 stderr "something is missing" segment add fast
try "an operand too many is wrong usage" 2 stderr "too many" store list fast
try "an unknown column is named, with those there are" 2 stderr \
	'no column "foo"; there are ID NAME' store list -o ID,foo
try "an empty column is none" 2 stderr 'no column ""' store list -o ID,
try "a column's case does not matter" 1 stderr "/none" store list -o id,Name --device /none
try "a bad size is explained" 2 stderr '"1Q" is not a size' store create a --cluster 1Q
try "a size above 64 bits is too large" 2 stderr "too large" segment add a b --offset 16E
try "a priority is a number" 2 stderr "not a whole number" store create a -p x
try "a priority has a range" 2 stderr "0 to 32767" store create a -p 32768
try "an empty name is no name" 2 stderr "a name is 1 to 63" store create ""
try "64 characters are no name" 2 stderr "a name is 1 to 63" store create \
	"$(printf '%064d' 0)"
try "a record of 0 is refused" 2 stderr "power of two" segment add a b --record 0
try "an object's id is a number" 2 stderr "not an object's id" object show fast
try "pages wants an object's id" 2 stderr "not an object's id" object pages fast
try "out wants an object's id" 2 stderr "not an object's id" object out 0
try "out wants an object" 2 stderr "something is missing" object out
try "a length of 0 is refused" 2 stderr "0 is no range" object out --length 0 1
try "a bad offset is explained" 2 stderr '--offset: "x" is not a size' object in --offset x 1
try "drop wants --yes" 2 stderr "give --yes" object drop 1
try "in does not take it" 2 stderr "--yes" object in --yes 1
try "drop with --yes is tried" 1 stderr "/none" object drop -y 1 --device /none
try "a segment is an id or a path" 1 stderr "/none" segment remove a b --device /none

try "a missing device hints at modprobe" 1 stderr "modprobe dpager" --device /none info
try "--device is taken behind the command, too" 1 stderr "/none" info --device /none
try "another device is not dpager's" 1 stderr "not dpager's device" info --device /dev/null
"$ctl" --help >/dev/full 2>"$out/stderr"
[ $? = 1 ]
ok $? "what cannot be written is a failure"

echo "1..$tests"
[ $failed = 0 ]
