#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# guest: mem=256 disks=none timeout=20
# fails: the guest dies
echo 1..1
echo c >/proc/sysrq-trigger
