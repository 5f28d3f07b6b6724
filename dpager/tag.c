// SPDX-License-Identifier: GPL-2.0
/* Tags of clusters with dirty pages. */

#include <linux/slab.h>

#include "cluster.h"
#include "compat.h"
#include "laundry.h"
#include "object.h"
#include "tag.h"

/*
 * A cluster keeps at most this many tags whose cgroups no longer dirty its
 * pages; further ones are dropped when a new tag is made.
 */
#define TAGS_IDLE	8

static struct kmem_cache *tag_cache;

void dpager_tag_init(struct dpager_tag *tag, struct dpager_cluster *cluster,
		     u64 cgroup, int node)
{
	INIT_LIST_HEAD(&tag->lru);
	tag->cluster = cluster;
	tag->cgroup = cgroup;
	tag->node = node;
}

static struct dpager_tag *tag_find(struct dpager_cluster *cluster,
				   struct folio *folio)
{
	u64 cgroup = dpager_folio_cgroup(folio);
	int node = folio_nid(folio);
	struct dpager_tag *tag;

	lockdep_assert_held(&cluster->lock);
	for (tag = &cluster->tag; tag; tag = tag->next)
		if (tag->cgroup == cgroup && tag->node == node)
			return tag;
	return NULL;
}

/*
 * The first tag lies in the cluster itself, charged to who allocated that: it
 * is theirs, or nobody's.
 */
static bool tag_adopt(struct dpager_tag *tag, struct folio *folio)
{
	if (tag->node != NUMA_NO_NODE)
		return false;
	tag->cgroup = dpager_folio_cgroup(folio);
	tag->node = folio_nid(folio);
	return true;
}

bool dpager_tag_has(struct dpager_cluster *cluster, struct folio *folio,
		    bool fresh)
{
	lockdep_assert_held(&cluster->lock);
	return (fresh && tag_adopt(&cluster->tag, folio)) ||
	       tag_find(cluster, folio);
}

/* Unlink tags that hold nothing, when there are many. Returns them. */
static struct dpager_tag *tags_prune(struct dpager_cluster *cluster)
{
	struct dpager_tag **link = &cluster->tag.next, *pruned = NULL, *tag;
	unsigned int n = 0;

	while ((tag = *link)) {
		if (++n <= TAGS_IDLE || (tag->dirty & cluster->dirty) ||
		    cluster->busy || !list_empty(&tag->lru)) {
			link = &tag->next;
			continue;
		}
		*link = tag->next;
		tag->next = pruned;
		pruned = tag;
	}
	return pruned;
}

static void tags_free(struct dpager_tag *tag)
{
	struct dpager_tag *next;

	for (; tag; tag = next) {
		next = tag->next;
		kmem_cache_free(tag_cache, tag);
	}
}

void dpager_tags_free(struct dpager_cluster *cluster)
{
	tags_free(cluster->tag.next);
}

int dpager_tag_add(struct dpager_cluster *cluster, struct folio *folio,
		   gfp_t gfp)
{
	u64 cgroup = dpager_folio_cgroup(folio);
	struct dpager_tag *tag, *pruned;

	tag = kmem_cache_alloc_lru(tag_cache, dpager_laundry_list(),
				   gfp | __GFP_ZERO);
	if (!tag)
		return -ENOMEM;
	if (cgroup > 1 && !dpager_memcg_kmem())
		pr_warn_once("cgroup.memory=nokmem: memory limits of cgroups may end in OOM kills\n");
	dpager_tag_init(tag, cluster, cgroup, folio_nid(folio));
	spin_lock(&cluster->lock);
	pruned = tags_prune(cluster);
	if (!tag_find(cluster, folio)) {
		tag->next = cluster->tag.next;
		cluster->tag.next = tag;
		tag = NULL;
	}
	spin_unlock(&cluster->lock);
	if (tag)
		kmem_cache_free(tag_cache, tag);
	tags_free(pruned);
	return 0;
}

static void tag_list(struct dpager_tag *tag)
{
	lockdep_assert_held(&tag->cluster->lock);
	if (list_empty(&tag->lru))
		dpager_list_lru_add(dpager_laundry_list(), &tag->lru);
}

/*
 * A folio whose cgroup is gone may have no tag: its charge has moved up, and so
 * may have the tags; take them all.
 */
void dpager_tag_dirty(struct dpager_cluster *cluster, struct folio *folio,
		      u32 pages)
{
	struct dpager_tag *tag = tag_find(cluster, folio);
	bool all = !tag;

	for (tag = tag ?: &cluster->tag; tag; tag = all ? tag->next : NULL) {
		tag->dirty |= pages;
		if (!cluster->busy)
			tag_list(tag);
	}
}

void dpager_tags_forget(struct dpager_cluster *cluster, u32 pages)
{
	struct dpager_tag *tag;

	lockdep_assert_held(&cluster->lock);
	for (tag = &cluster->tag; tag; tag = tag->next)
		tag->dirty &= ~pages;
}

void dpager_tags_settle(struct dpager_cluster *cluster)
{
	u32 tagless = cluster->dirty;
	struct dpager_tag *tag;

	lockdep_assert_held(&cluster->lock);
	for (tag = &cluster->tag; tag; tag = tag->next)
		tagless &= ~tag->dirty;
	/* What was dirty without being noted is all tags'. */
	for (tag = &cluster->tag; tag; tag = tag->next) {
		tag->dirty = (tag->dirty & cluster->dirty) | tagless;
		if (tag->dirty && !cluster->object->dead)
			tag_list(tag);
	}
}

void dpager_tags_unlist(struct dpager_cluster *cluster)
{
	struct dpager_tag *tag;

	lockdep_assert_held(&cluster->lock);
	for (tag = &cluster->tag; tag; tag = tag->next)
		if (!list_empty(&tag->lru))
			dpager_list_lru_del(dpager_laundry_list(), &tag->lru);
}

int dpager_tag_init_cache(void)
{
	tag_cache = KMEM_CACHE(dpager_tag, SLAB_ACCOUNT | SLAB_RECLAIM_ACCOUNT);
	return tag_cache ? 0 : -ENOMEM;
}

void dpager_tag_exit_cache(void)
{
	kmem_cache_destroy(tag_cache);
}
