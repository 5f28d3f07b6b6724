#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# guest: mem=256 disks=none timeout=20
# fails: exits with a status
echo 1..1
echo "ok 1 - one"
exit 3
