#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dpagerctl's tables: JSON, bytes, headings, columns.
# guest: disks=2G,2G timeout=60
# shellcheck source=tests/guest/lib/dpagerctl.sh
. /tests/lib/dpagerctl.sh

json "no stores" store list --json
json "no segments" segment list -J
json "no objects" object list -J
json "info" info -J
dpagerctl store create one >out && dpagerctl store create -p 5 two >out &&
	dpagerctl segment add --size 3M one /dev/vda >out
ok $? "two stores, one with a segment"
json "stores" store list -J
json "stores, all columns, bytes" store list -JOb
json "a store" store show one -J
json "segments" segment list -JO
json "segments of a store without" segment list two -J
is "JSON has sizes as strings, numbers as numbers" '{
   "stores": [
      {
         "name": "one",
         "prio": -1,
         "size": "3M",
         "use%": 0
      },{
         "name": "two",
         "prio": 5,
         "size": "0B",
         "use%": null
      }
   ]
}' store list -J -o NAME,PRIO,SIZE,USE%
is "--bytes makes them numbers" '{
   "stores": [
      {
         "size": 3145728
      }
   ]
}' store show one -Jbo SIZE
is "--bytes" "   SIZE
3145728
      0" store list --bytes -o SIZE
is "--noheadings" "one    3M
two    0B" store list --noheadings -o NAME,SIZE
is "--raw has one space between columns" "NAME PRIO USE%
one -1 0%
two 5 -" store list --raw -o NAME,PRIO,USE%
is "columns come in the order asked for" "SIZE NAME
  3M one
  0B two" store list -o size,name
is "+ adds to the default" "ID NAME PRIO SEGMENTS SIZE USED FREE USE% CLUSTER
 1 one    -1        1   3M   0B   3M   0%    128K
 2 two     5        0   0B   0B   0B    -    128K" store list -o +CLUSTER
is "fields without their names" "one
3M" store show one -n -o NAME,SIZE
is "fields in raw form" "NAME one
SIZE 3M" store show one -r -o NAME,SIZE
try "an unknown column is wrong usage" 2 'no column "NOPE"' store list -o ID,NOPE
try "an unknown column of show, too" 2 'no column "NOPE"' store show one -o NOPE
dpagerctl store list >/dev/full 2>err
[ $? = 1 ]
ok $? "what cannot be written is a failure"

end
