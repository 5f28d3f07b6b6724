#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The command line of dpagerctl, as far as it goes without the module: help,
# wrong usage, a missing device. TAP.
# usage: cli_test.sh DPAGERCTL

ctl=$1
# shellcheck source=tests/tools/tap.sh
. "$(dirname "$0")/tap.sh"

# Runs dpagerctl; checks its exit code, and that the stream has the text.
try() {	# what, exit code, stdout or stderr, fixed text, arguments of dpagerctl
	what=$1 code=$2 stream=$3 text=$4
	shift 4
	"$ctl" "$@" >"$out/log.stdout" 2>"$out/log.stderr"
	[ $? = "$code" ] && grep -qF -e "$text" "$out/log.$stream"
	ok $? "$what"
}

commands="status watch store segment object info map wait alert check evacuate delete"
leaves="status watch store:create store:list store:show store:quota store:delete segment:add
	segment:list segment:remove segment:resize segment:drain segment:reserve segment:use
	object:list object:show object:pages object:out object:in object:stores object:drop info
	map:segment map:object wait alert check evacuate delete"

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

try "without a command it is status" 1 stderr "/none" --device /none
try "--help says so" 0 stdout "Without COMMAND it is status" --help
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

try "store info is store show" 0 stdout "Usage: dpagerctl store show" store info --help
try "a quota is a size" 2 stderr "not a size" store quota a 0 much
try "or none" 1 stderr "/none" store quota a 0 none --device /none
try "a quota's user is known" 2 stderr "neither a user's name nor a number" store quota a x: 1M
try "a user's number has 32 bits" 2 stderr "nor a number" store quota a 4294967295 1M
try "a quota is of one user" 2 stderr "too many" store quota a b 1M 2M
try "--discard is once or pages" 2 stderr "neither once nor pages" \
	segment add a b --discard=now
try "--discard alone is both" 1 stderr "/none" segment add a b --discard --device /none
try "--create wants a size" 2 stderr "wants a --size" segment add --create a b
try "--create has no offset" 2 stderr "are for devices" segment add --create --size 1M \
	--offset 1M a b
try "--create has no pages to discard" 2 stderr "--discard=once" segment add --create \
	--size 1M --discard a b
for size in 16M +16M -16M max; do
	try "resize takes $size" 1 stderr "/none" segment resize a 1 $size --device /none
done
try "also before options" 1 stderr "/none" segment resize a 1 -16M -n --device /none
try "and behind --" 1 stderr "/none" --device /none segment resize -- a 1 -16M
try "resize to nothing is refused" 2 stderr "0 is none" segment resize a 1 0
try "resize by nothing, too" 2 stderr "0 is none" segment resize a 1 -0
try "resize to what is no size" 2 stderr "not a size" segment resize a 1 +much
try "resize wants a size" 2 stderr "something is missing" segment resize a 1
try "drain wants a segment" 2 stderr "something is missing" segment drain a
try "stores of an object are listed" 1 stderr "/none" object stores 1 --device /none
try "or any" 1 stderr "/none" object stores --any 1 --device /none
try "not both" 2 stderr "does not go with" object stores --any 1 a
try "wait wants a condition" 2 stderr "Give --free SIZE" wait
try "wait wants one condition" 2 stderr "do not go together" wait --free 1M --idle
try "wait's time is a time" 2 stderr "is no time" wait --idle --timeout x
try "wait --help tells its exit code" 0 stdout "  3  " wait --help
try "check --help tells its exit code" 0 stdout "  3  " check --help
"$ctl" status --help | grep -q '^  3'
[ $? = 1 ]
ok $? "others have no such code"
try "an alert wants a level" 2 stderr "give --below" alert
try "an alert's upper level is not below" 2 stderr "must not be less" alert --below 2M \
	--above 1M
try "watch has a shortest interval" 2 stderr "too short" watch -n 0
try "watch has a count" 2 stderr "are none" watch -c 0
try "map is of something" 2 stderr "Commands:" map
try "map object wants an object's id" 2 stderr "not an object's id" map object fast
try "a picture is not JSON" 2 stderr "do not go together" map object 1 -J --svg x

try "a missing device hints at modprobe" 1 stderr "modprobe dpager" --device /none info
try "--device is taken behind the command, too" 1 stderr "/none" info --device /none
try "another device is not dpager's" 1 stderr "not dpager's device" info --device /dev/null
"$ctl" --help >/dev/full 2>"$out/log.stderr"
[ $? = 1 ]
ok $? "what cannot be written is a failure"

done_testing
