#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# guest: mem=256 disks=none timeout=3
# fails: never ends, and its child neither
echo 1..1
sleep 1000 &
sleep 1000
