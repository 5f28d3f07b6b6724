#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# guest: mem=256 disks=none timeout=20 param="provoke=linger"
# fails: the module is not unloaded within 10 s
echo 1..1
echo "ok 1 - one"
