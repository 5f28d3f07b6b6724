/* SPDX-License-Identifier: GPL-2.0 */
/* Launder one cluster: unmap its cold dirty pages and write them. */
#ifndef _DPAGER_LAUNDER_H
#define _DPAGER_LAUNDER_H

#include <linux/types.h>

struct dpager_cluster;
struct dpager_segment;

/**
 * dpager_launder() - write the cold dirty pages of a busy cluster
 * @segment: where to
 * @cluster: busy; it is not busy any more, and may be gone, on return
 *
 * Pages that are clean, being written, locked, pinned, mlocked or young (unless
 * the cluster is forced) are left alone, and stay listed when they are dirty.
 *
 * Context: the segment's writer thread; allocates from its pool only.
 */
void dpager_launder(struct dpager_segment *segment,
		    struct dpager_cluster *cluster);

#endif /* _DPAGER_LAUNDER_H */
