#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# guest: mem=256 disks=none timeout=20
# passes
echo 1..2
echo "ok 1 - one"
echo "ok 2 - two # SKIP because it may"
