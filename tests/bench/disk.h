/* SPDX-License-Identifier: GPL-2.0 */
/* One disk for all peers, in equal halves; and a second one. */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>

#define DISK		"vda"
#define DISK_DPAGER	"/dev/" DISK "1"
#define DISK_PEER	"/dev/" DISK "2"
#define DISK_WHOLE	"/dev/" DISK
#define DISK_SECOND	"/dev/vdb"

/* Make the halves, and write all of the disk once: its first use must cost no more than others. */
bool disk_prepare(void);

/*
 * The second disk, ready to be used whole. In the boot "wall" it is as the other
 * one, but moves only so many bytes a second, which any processor can keep up
 * with; in the boot "disks" it is the other one's equal. It is written once; that
 * takes some time.
 */
bool disk_second_prepare(void);

/* Wait until nothing is under way, with no file cached. */
void disk_settle(void);

#endif
