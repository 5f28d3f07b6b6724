/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Folding: the kernel memory of what is paged out.
 *
 * A cluster is a few hundred bytes, which nobody needs while all of its pages
 * are out: then a run of slots, one number in the page map, says it all (see
 * map.h; cluster.h says when a cluster may be folded). The shadow entries of
 * its pages, which cost as much again, go with it.
 *
 * Clusters that may be folded are in a list, by age: those that have come to be
 * clean, and those made for a fault, which may never become dirty. For each that
 * comes, a worker looks at two from the head; those of which a page is in memory
 * or in use go back to the tail. So there are, in the long run, no more
 * clusters that could be folded than such of which a page is in memory, and what
 * this costs is a share of what made it necessary. It also gives the kernel its
 * time to use shadow entries: what is folded has been out, on average, while as
 * many clusters came as have pages in memory.
 *
 * What was paged out or dropped by a call is folded at once. When reclaim drops
 * clean pages and nothing comes or is laundered after that, nobody looks: no
 * more clusters stay unfolded then than had pages in memory.
 */
#ifndef _DPAGER_FOLD_H
#define _DPAGER_FOLD_H

#include <linux/types.h>

struct dpager_cluster;
struct dpager_object;

/* A cluster may be folded some time. Context: its lock held; it is not busy. */
void dpager_fold_add(struct dpager_cluster *cluster);

/* The same again: it is in use. */
void dpager_fold_keep(struct dpager_cluster *cluster);

/* A cluster may not be folded now. Context: as above. */
void dpager_fold_forget(struct dpager_cluster *cluster);

/**
 * dpager_fold() - fold the cluster of a page now, if that can be done
 * @object: the object; the caller has a reference
 * @index: the page
 *
 * Context: process.
 */
void dpager_fold(struct dpager_object *object, pgoff_t index);

/* A writer has nothing more to do: look at what it has laundered meanwhile. */
void dpager_fold_idle(void);

int dpager_fold_init(void);
/* No object is left. */
void dpager_fold_exit(void);

#endif /* _DPAGER_FOLD_H */
