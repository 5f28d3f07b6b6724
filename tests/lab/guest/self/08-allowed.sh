#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# guest: mem=256 disks=none timeout=20 param="provoke=warn" allow="provoke_init|Call Trace"
# passes: the same warning, declared
echo 1..1
echo "ok 1 - one"
