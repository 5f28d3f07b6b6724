/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trimming: telling a device what it need not keep, at once or as slots become
 * free, after swapon's discard=once and discard=pages.
 *
 * A chunk of slots that are all free is taken out of use, discarded, and given
 * back, by a worker, some time after slots became free; no timer runs
 * otherwise.
 */
#ifndef _DPAGER_TRIM_H
#define _DPAGER_TRIM_H

#include <linux/types.h>

struct block_device;
struct dpager_range;
struct dpager_segment;

/* Can the device discard? */
bool dpager_trim_possible(struct block_device *bdev);

/**
 * dpager_trim_range() - discard a whole range
 * @bdev: the device
 * @range: pages of it
 *
 * Context: process; takes as long as the device does.
 * Return: 0, -EINTR when killed, or what the device says.
 */
int dpager_trim_range(struct block_device *bdev,
		      const struct dpager_range *range);

void dpager_trim_init(struct dpager_segment *segment);

/* Slots have become free. Context: any but interrupt. */
void dpager_trim_kick(struct dpager_segment *segment);

/* No slot is in use, nor becomes free. May sleep. */
void dpager_trim_stop(struct dpager_segment *segment);

#endif /* _DPAGER_TRIM_H */
