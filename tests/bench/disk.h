/* SPDX-License-Identifier: GPL-2.0 */
/* One disk for all peers, in equal halves; and a slow one. */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>

#define DISK		"vda"
#define DISK_DPAGER	"/dev/" DISK "1"
#define DISK_PEER	"/dev/" DISK "2"

/* Make the halves, and write all of the disk once: its first use must cost no more than others. */
bool disk_prepare(void);

/*
 * The slow disk, ready to be used whole: as the other one, but it moves only so
 * many bytes a second, which any processor can keep up with. It is written once;
 * that takes some time.
 */
#define DISK_SLOW	"/dev/vdb"
bool disk_slow_prepare(void);

/* Wait until nothing is under way, with no file cached. */
void disk_settle(void);

#endif
