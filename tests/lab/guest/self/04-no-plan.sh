#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# guest: mem=256 disks=none timeout=20
# fails: prints no plan
echo "ok 1 - one"
