#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# guest: mem=256 disks=none timeout=3
# fails: its child cannot be killed, so the guest is given up
echo 1..1
cat /dev/dpager_provoke
