/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Size arithmetic on what users give us: record ranges, page ranges, cluster
 * and object sizes. Pure: no I/O, no locks, no allocation.
 */
#ifndef _DPAGER_RANGE_H
#define _DPAGER_RANGE_H

#include <linux/types.h>

/**
 * struct dpager_range - a range of whole pages of a device
 * @first: byte of the device where the first page begins, page aligned
 * @pages: number of pages, at least 1
 * @given_first: byte of the device where the range begins as it was given
 * @given_bytes: its length, not rounded
 */
struct dpager_range {
	u64 first;
	u64 pages;
	u64 given_first;
	u64 given_bytes;
};

/**
 * dpager_range_from_records() - turn records of a device into whole pages
 * @range: out
 * @offset: first record
 * @count: number of records
 * @record_size: bytes of a record
 * @logical_block: bytes of the device's logical block
 * @device_bytes: size of the device
 * @detail: out: enum dpager_detail when it fails
 *
 * The range is rounded inwards to pages of the device. Rules are tested in
 * the order of DPAGER_IOC_ADD_SEGMENT.
 *
 * Return: 0, -EINVAL, -EOVERFLOW, -ENXIO or -ENOSPC.
 */
int dpager_range_from_records(struct dpager_range *range, u64 offset, u64 count,
			      u32 record_size, u32 logical_block,
			      u64 device_bytes, u32 *detail);

/**
 * dpager_range_resized() - a range with another end
 * @range: the range
 * @bytes: its new length from where it was given; 0: to the device's end; out:
 *	what that is
 * @device_bytes: size of the device
 * @pages: out: whole pages of it
 * @detail: out: enum dpager_detail when it fails
 *
 * Return: 0, -EOVERFLOW, -ENXIO or -ENOSPC.
 */
int dpager_range_resized(const struct dpager_range *range, u64 *bytes,
			 u64 device_bytes, u64 *pages, u32 *detail);

/**
 * dpager_range_overlaps() - do two byte ranges share a byte?
 * @a: first byte of one
 * @a_bytes: its length, may be 0; @a + @a_bytes does not overflow
 * @b: first byte of the other
 * @b_bytes: its length, likewise
 *
 * Return: true when they do.
 */
bool dpager_range_overlaps(u64 a, u64 a_bytes, u64 b, u64 b_bytes);

/**
 * dpager_cluster_bytes() - the cluster size in force for what was asked
 * @asked: bytes, 0: default
 *
 * Return: a power of two of pages in bytes, or 0 when @asked is too large.
 */
u32 dpager_cluster_bytes(u32 asked);

/**
 * dpager_object_bytes() - the object size in force for what was asked
 * @bytes: in: asked; out: rounded up to whole pages
 *
 * Return: 0, -EINVAL for zero, -EFBIG above the largest file size.
 */
int dpager_object_bytes(u64 *bytes);

/**
 * dpager_control_range() - pages of an OBJECT_CONTROL call
 * @offset: first byte
 * @length: bytes, 0: to the end
 * @object_bytes: size of the object, whole pages
 * @first: out: first page
 * @count: out: number of pages
 * @detail: out: enum dpager_detail when it fails
 *
 * Return: 0, -EINVAL, -EOVERFLOW or -ENXIO.
 */
int dpager_control_range(u64 offset, u64 length, u64 object_bytes,
			 u64 *first, u64 *count, u32 *detail);

#endif /* _DPAGER_RANGE_H */
