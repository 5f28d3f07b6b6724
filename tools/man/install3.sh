#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Installs manual pages of section 3, with a page that leads there for each
# other name of a page's NAME section.
# usage: install3.sh FOLDER PAGE...

folder=$1
shift
for page; do
	install -m 644 "$page" "$folder/" || exit
	name=$(basename "$page" .3)
	sed -n '/^\.SH NAME/,/^\.SH SYNOPSIS/ { /^\./d; p }' "$page" | tr '\n' ' ' |
		sed 's/ *\\-.*//' | tr -s ', ' '\n' | grep . | while read -r other; do
		[ "$other" = "$name" ] ||
			echo ".so man3/$name.3" >"$folder/$other.3" || exit
	done
done
