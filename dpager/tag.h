/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tags: what puts a cluster with dirty pages on the laundry's list.
 *
 * A tag is one for each cgroup (and node) that has pages in the cluster,
 * because list_lru takes cgroup and node from the item's own memory: with one
 * list item for all, a cgroup whose dirty pages lie in clusters that another
 * one allocated would find nothing to launder, and be OOM-killed.
 *
 * The first tag is part of the cluster; with that go the others.
 */
#ifndef _DPAGER_TAG_H
#define _DPAGER_TAG_H

#include <linux/list.h>
#include <linux/types.h>

struct dpager_cluster;
struct folio;

/**
 * struct dpager_tag - the dirty pages one cgroup has in a cluster
 * @lru: in the laundry's list; that list's lock
 * @cluster: whose tag it is; immutable
 * @next: further tags of the cluster; cluster->lock
 * @cgroup: id of the cgroup the pages are charged to; immutable
 * @node: memory node of the pages; immutable
 * @dirty: pages marked dirty through this tag; cluster->lock. May hold bits
 *	that are no longer in the cluster's
 */
struct dpager_tag {
	struct list_head lru;
	struct dpager_cluster *cluster;
	struct dpager_tag *next;
	u64 cgroup;
	int node;
	u32 dirty;
};

void dpager_tag_init(struct dpager_tag *tag, struct dpager_cluster *cluster,
		     u64 cgroup, int node);

/**
 * dpager_tag_has() - has a folio's cgroup a tag?
 * @cluster: the cluster; its lock is held
 * @folio: the folio
 * @fresh: the caller has allocated the cluster for it: the first tag, charged to
 *	the same cgroup, becomes that cgroup's
 *
 * Return: whether it has, now.
 */
bool dpager_tag_has(struct dpager_cluster *cluster, struct folio *folio,
		    bool fresh);

/* A tag for a folio's cgroup, which is the caller's. 0 or -ENOMEM. */
int dpager_tag_add(struct dpager_cluster *cluster, struct folio *folio,
		   gfp_t gfp);

/* Free all but the first, with the cluster. */
void dpager_tags_free(struct dpager_cluster *cluster);

/* What follows is called with cluster->lock held. */

/* Mark pages dirty in their folio's tag, and list it unless the cluster is busy. */
void dpager_tag_dirty(struct dpager_cluster *cluster, struct folio *folio,
		      u32 pages);

/* No tag knows these pages as dirty any more. */
void dpager_tags_forget(struct dpager_cluster *cluster, u32 pages);

/* It is known again which pages are dirty: list the tags that have some. */
void dpager_tags_settle(struct dpager_cluster *cluster);

/* Off the list, all of them. */
void dpager_tags_unlist(struct dpager_cluster *cluster);

int dpager_tag_init_cache(void);
void dpager_tag_exit_cache(void);

#endif /* _DPAGER_TAG_H */
