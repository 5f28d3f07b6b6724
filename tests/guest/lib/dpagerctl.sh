# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034	# held and holder are for the tests
# For the tests of dpagerctl, which begin with it: results as TAP, dpagerctl and what it
# printed (out, err), objects that a program holds. They end with "end".
[ -d /lab ] || exit 1	# it writes to disks: guests only
cd /tmp || exit 1
tests=0 failed=0

ok() {	# status of the check, text
	tests=$((tests + 1))
	[ "$1" = 0 ] && echo "ok $tests - $2" && return
	failed=$((failed + 1))
	echo "not ok $tests - $2"
	sed 's/^/# /' out err
}

# Runs dpagerctl; checks its exit code, and that what it printed has the text.
try() {	# what, exit code, fixed text, arguments of dpagerctl
	what=$1 code=$2 text=$3
	shift 3
	dpagerctl "$@" >out 2>err
	[ $? = "$code" ] && cat out err | grep -qF -e "$text"
	ok $? "$what"
}

# As try, for an unprivileged user.
try_user() {	# what, exit code, fixed text, command line of dpagerctl
	su user -c "dpagerctl $4" >out 2>err
	[ $? = "$2" ] && cat out err | grep -qF -e "$3"
	ok $? "$1"
}

is() {	# what, the wanted output, arguments of dpagerctl
	what=$1 want=$2
	shift 2
	dpagerctl "$@" >out 2>err && [ "$(cat out)" = "$want" ]
	ok $? "$what"
}

# What it prints is one JSON value. Checked by reduction: strings and numbers become S, then
# every innermost object and array does, until one S is left.
json() {	# what, arguments of dpagerctl
	what=$1
	shift
	dpagerctl "$@" >out 2>err && awk '{ text = text $0 } END {
		gsub(/"([^"\\]|\\.)*"/, "S", text)
		gsub(/-?[0-9]+(\.[0-9]+)?|null/, "S", text)
		gsub(/[ \t]/, "", text)
		while (gsub(/\{(S:S(,S:S)*)?\}|\[(S(,S)*)?\]/, "S", text))
			;
		exit text != "S"
	}' out
	ok $? "JSON: $what"
}

# Retries for two seconds: slots are freed a moment after an object's end.
soon() {	# what, arguments of dpagerctl
	what=$1 tries=0
	shift
	until dpagerctl "$@" >out 2>err || [ $tries = 20 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	[ $tries != 20 ]
	ok $? "$what"
}

# Waits for the id that holdobject writes to held.id; it is in held.
held_wait() {
	tries=0
	until [ -s held.id ] || [ $tries = 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	held=$(cat held.id)
	rm held.id
}

# Starts holdobject and waits for its object; its process is in holder.
hold() {	# store, bytes
	holdobject "$1" "$2" >held.id &
	holder=$!
	held_wait
}

end() {
	echo "1..$tests"
	[ $failed = 0 ]
}
