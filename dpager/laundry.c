// SPDX-License-Identifier: GPL-2.0
/* The laundry: the list of dirty tags, the shrinker, the watermark thread. */

#include <linux/freezer.h>
#include <linux/kthread.h>
#include <linux/moduleparam.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/swap.h>
#include <linux/vmstat.h>

#include "cluster.h"
#include "compat.h"
#include "fold.h"
#include "laundry.h"
#include "object.h"
#include "stats.h"
#include "space.h"

/*
 * Share of memory, in percent, that free and clean page-cache memory are kept
 * above while memory is short.
 */
static unsigned int low_percent = 10;
module_param(low_percent, uint, 0644);
MODULE_PARM_DESC(low_percent,
		 "percent of memory kept free or clean under pressure, 256 MiB at most (default 10)");

/* A share beyond this many pages serves nobody: writers are never so late. */
#define MARK_MAX		(SZ_256M >> PAGE_SHIFT)
/* Clusters the watermark thread hands out before it looks again. */
#define WATERMARK_CLUSTERS	16
/* How long it rests when nothing came of it. */
#define WATERMARK_REST		(HZ / 10)
/* How long who dirties new pages waits for writes, at most, in one fault. */
#define THROTTLE_WAIT		(HZ / 20)
/* What was seen longer ago than this no longer drives the thread. */
#define SEEN_RECENT		HZ
/* Pages whose clusters one call of the shrinker looks at. */
#define RECLAIM_BATCH		512
/* How long direct reclaim waits for writes to complete. */
#define RECLAIM_WAIT		msecs_to_jiffies(50)
/* Completed pages that end this wait. */
#define RECLAIM_WAIT_PAGES	32

static struct list_lru laundry_list;
static struct shrinker *laundry_shrinker;
/* The list exists; before 6.7 the shrinker may be called earlier. */
static bool laundry_ready;
static struct task_struct *watermark_task;
static DECLARE_WAIT_QUEUE_HEAD(watermark_wait);
static bool watermark_kicked;
/* When reclaim asked last, and who was about to cause it. */
static unsigned long reclaim_seen;
static unsigned long short_seen;
/* With fewer free pages than these memory is short: see laundry_measure(). */
static unsigned long laundry_short;
/* Pages cleaned since load; who waits for progress looks at it. */
static atomic_long_t pages_cleaned;
/* What pages_cleaned was when a direct reclaim waited last. */
static atomic_long_t pages_claimed;
/* When pages were cleaned last. */
static unsigned long progress_seen;
static DECLARE_WAIT_QUEUE_HEAD(progress_wait);

struct list_lru *dpager_laundry_list(void)
{
	return &laundry_list;
}

bool dpager_laundry_dirty_folio(struct address_space *mapping,
				struct folio *folio)
{
	struct dpager_object *object = dpager_object_of(mapping->host);
	struct dpager_cluster *cluster;
	bool newly = !folio_test_set_dirty(folio);
	bool cold;

	/*
	 * A task in reclaim that has the folio locked has just unmapped it
	 * and found its PTE dirty: vmscan thinks it is cold. Unlocked it may
	 * be an aging walk over a hot page.
	 */
	cold = (current->flags & PF_MEMALLOC) && folio_test_locked(folio);
	rcu_read_lock();
	cluster = dpager_cluster_find(object, folio->index);
	if (likely(cluster)) {
		dpager_cluster_dirty(cluster, folio, cold);
	} else {
		/*
		 * Its user was late: it has been dropped, and what was its
		 * cluster folded. Who did that took a lock after who dropped
		 * it, so one that is in the page cache shows here.
		 */
		smp_rmb();
		WARN_ON_ONCE(folio->mapping == mapping);
	}
	rcu_read_unlock();
	return newly;
}

/* Something is seen now. False: it was already in this jiffy. */
static bool see(unsigned long *seen)
{
	unsigned long now = jiffies;

	if (READ_ONCE(*seen) == now)
		return false;
	WRITE_ONCE(*seen, now);
	return true;
}

static bool recent(const unsigned long *seen)
{
	return time_before(jiffies, READ_ONCE(*seen) + SEEN_RECENT);
}

void dpager_laundry_progress(unsigned int pages)
{
	if (!pages)
		return;
	atomic_long_add(pages, &pages_cleaned);
	see(&progress_seen);
	if (wq_has_sleeper(&progress_wait))
		wake_up_all(&progress_wait);
}

void dpager_laundry_wait_progress(long timeout)
{
	long before = atomic_long_read(&pages_cleaned);

	wait_event_killable_timeout(progress_wait,
				    atomic_long_read(&pages_cleaned) != before,
				    timeout);
}

/*
 * Hand a busy cluster to a writer, or give it up: on error, as of
 * dpager_space_hand(), it is not busy any more.
 */
static int laundry_hand(struct dpager_cluster *cluster)
{
	u32 dirty = READ_ONCE(cluster->dirty);
	int ret = dpager_space_hand(cluster);

	if (ret == -ENOSPC)
		dpager_stat_add(DPAGER_STAT_FULL, hweight32(dirty));
	if (ret)
		dpager_cluster_end(cluster, 0);
	return ret;
}

int dpager_laundry_write(struct dpager_object *object, pgoff_t index,
			 u32 pages)
{
	struct dpager_cluster *cluster = dpager_cluster_claim(object, index,
							      pages);

	if (IS_ERR_OR_NULL(cluster))
		return PTR_ERR_OR_ZERO(cluster);
	return laundry_hand(cluster);
}

/**
 * struct laundry_walk - a walk over the list
 * @clusters: busy clusters taken off the list
 * @spared: clusters that got a second chance
 * @force: no second chances
 */
struct laundry_walk {
	struct list_head clusters;
	unsigned long spared;
	bool force;
};

static enum lru_status laundry_isolate(DPAGER_ISOLATE_ARGS)
{
	struct dpager_tag *tag = container_of(item, struct dpager_tag, lru);
	struct dpager_cluster *cluster = tag->cluster;
	enum lru_status status = LRU_ROTATE;
	struct laundry_walk *walk = arg;

	/* The list's lock is inside the cluster's: only try. */
	if (!spin_trylock(&cluster->lock))
		return LRU_SKIP;
	if (cluster->busy || cluster->object->dead)
		goto out;
	if (cluster->referenced && !cluster->hinted && !walk->force) {
		cluster->referenced = false;
		walk->spared++;
		goto out;
	}
	cluster->referenced = false;
	cluster->forced = walk->force ? ~0U : 0;
	dpager_fold_forget(cluster);
	cluster->busy = true;
	list_lru_isolate(list, item);
	list_add_tail(&cluster->work, &walk->clusters);
	status = LRU_REMOVED;
out:
	spin_unlock(&cluster->lock);
	return status;
}

/* Hand out what a walk took. Returns the number of clusters handed out. */
static unsigned int laundry_dispatch(struct laundry_walk *walk, int *error)
{
	struct dpager_cluster *cluster, *next;
	unsigned int handed = 0;
	int ret;

	list_for_each_entry_safe(cluster, next, &walk->clusters, work) {
		list_del_init(&cluster->work);
		ret = laundry_hand(cluster);
		/* That some find no room stops nobody else. */
		if (!ret)
			handed++;
		else if (*error != -EAGAIN)
			*error = ret;
	}
	return handed;
}

/*
 * Until something was handed out, or nothing was spared that may be handed out
 * when it is met again.
 */
static unsigned int laundry_walk_all(unsigned long clusters, bool force,
				     int *error)
{
	struct laundry_walk walk = { .force = force };
	unsigned long left = list_lru_count(&laundry_list) * 2;

	INIT_LIST_HEAD(&walk.clusters);
	do {
		walk.spared = 0;
		list_lru_walk(&laundry_list, laundry_isolate, &walk, clusters);
		left -= min(left, clusters);
		cond_resched();
	} while (list_empty(&walk.clusters) && walk.spared && left);
	return laundry_dispatch(&walk, error);
}

static unsigned int laundry_walk_shrink(struct shrink_control *sc,
					unsigned long clusters, bool force,
					int *error)
{
	struct laundry_walk walk = { .force = force };

	INIT_LIST_HEAD(&walk.clusters);
	sc->nr_to_scan = clusters;
	list_lru_shrink_walk(&laundry_list, sc, laundry_isolate, &walk);
	return laundry_dispatch(&walk, error);
}

/*
 * Pages that can be had at once: free ones, and the page cache less what is
 * dirty or being written. Our dirty pages are not among NR_FILE_DIRTY, ours
 * under writeback are among NR_WRITEBACK; those that are mlocked are not in the
 * page cache's lists, as far as one can tell.
 */
static long laundry_headroom(void)
{
	long dirty = dpager_stat_read(DPAGER_STAT_DIRTY) -
		     global_zone_page_state(NR_MLOCK);
	long cache = global_node_page_state(NR_ACTIVE_FILE) +
		     global_node_page_state(NR_INACTIVE_FILE) -
		     global_node_page_state(NR_FILE_DIRTY) -
		     global_node_page_state(NR_WRITEBACK) -
		     max(dirty, 0L);

	return global_zone_page_state(NR_FREE_PAGES) + max(cache, 0L);
}

static long laundry_mark(void)
{
	unsigned long share = totalram_pages() * min(low_percent, 100U) / 100;

	return min_t(unsigned long, share, MARK_MAX);
}

/* Pages still to be cleaned to reach the mark; those on the way count. */
static long laundry_missing(void)
{
	return laundry_mark() - laundry_headroom() -
		(long)dpager_stat_read(DPAGER_STAT_WRITEBACK);
}

/*
 * kswapd stops at the zones' high marks, which are what nr_free_buffer_pages()
 * leaves out. Cleaning is to begin before it starts: what it finds dirty it
 * unmaps and scans for nothing.
 */
static void laundry_measure(void)
{
	unsigned long all = totalram_pages(), below = nr_free_buffer_pages();

	WRITE_ONCE(laundry_short,
		   laundry_mark() / 2 + (all > below ? all - below : 0));
}

static void watermark_kick(unsigned long *seen)
{
	/* Once a jiffy: what follows looks at every CPU. */
	if (!see(seen))
		return;
	if (READ_ONCE(watermark_kicked) || laundry_missing() <= 0)
		return;
	WRITE_ONCE(watermark_kicked, true);
	wake_up(&watermark_wait);
}

/*
 * Not for devices that hang, and not a task that cleans pages for others or
 * reclaims itself.
 */
static bool throttle_may_wait(void)
{
	return recent(&progress_seen) &&
	       !(current->flags & (PF_LOCAL_THROTTLE | PF_MEMALLOC |
				   PF_KTHREAD));
}

void dpager_laundry_throttle(void)
{
	long free = global_zone_page_state(NR_FREE_PAGES);
	long few;

	if (likely(free > READ_ONCE(laundry_short)))
		return;
	watermark_kick(&short_seen);
	few = laundry_mark() / 4;
	if (free < few && throttle_may_wait() &&
	    dpager_stat_read(DPAGER_STAT_WRITEBACK) && laundry_headroom() < few)
		dpager_laundry_wait_progress(THROTTLE_WAIT);
}

/* Is there still a reason to clean? */
static bool watermark_wanted(void)
{
	return !kthread_should_stop() && !freezing(current) &&
	       (recent(&reclaim_seen) || recent(&short_seen)) &&
	       laundry_missing() > 0;
}

/* Hand out some clusters, and give the writers time. False: it leads nowhere. */
static bool watermark_step(bool force)
{
	unsigned int handed;
	int error = 0;

	handed = laundry_walk_all(WATERMARK_CLUSTERS, force, &error);
	if (!handed && error && error != -EAGAIN)
		return false;
	if (handed && error != -EAGAIN)
		dpager_laundry_wait_progress(1);
	else if (error || dpager_stat_read(DPAGER_STAT_WRITEBACK))
		dpager_laundry_wait_progress(HZ / 10);
	return dpager_stat_read(DPAGER_STAT_DIRTY);
}

/*
 * Clean until the mark is reached, memory is short no more, or nothing comes
 * of it: the stores are full, or all is hot. While reclaim goes on even that
 * is cleaned in the end, without second chances. False: nothing came of it.
 */
static bool watermark_run(void)
{
	unsigned int idle = 0;
	long before;

	laundry_measure();
	while (watermark_wanted()) {
		before = atomic_long_read(&pages_cleaned);
		if (!watermark_step(idle > 4 && recent(&reclaim_seen)))
			return false;
		if (atomic_long_read(&pages_cleaned) != before)
			idle = 0;
		else if (++idle == 8)
			return false;
		cond_resched();
	}
	return true;
}

static int watermark_main(void *unused)
{
	set_freezable();
	while (!kthread_should_stop()) {
		wait_event_freezable(watermark_wait, kthread_should_stop() ||
				     READ_ONCE(watermark_kicked));
		/* Who asks again at once gets no other answer. */
		if (!watermark_run())
			wait_event_freezable_timeout(watermark_wait,
						     kthread_should_stop(),
						     WATERMARK_REST);
		WRITE_ONCE(watermark_kicked, false);
	}
	return 0;
}

static unsigned long laundry_count(struct shrinker *shrinker,
				   struct shrink_control *sc)
{
	unsigned long tags;

	/* Pairs with dpager_laundry_init(). */
	if (!smp_load_acquire(&laundry_ready))
		return SHRINK_EMPTY;
	tags = list_lru_shrink_count(&laundry_list, sc);
	if (tags)
		watermark_kick(&reclaim_seen);
	return tags ? tags * DPAGER_LEAF_PAGES : SHRINK_EMPTY;
}

/*
 * Direct reclaim of a task that may wait for I/O gives writes a little time.
 * kswapd has other work, and a task that cleans pages for others must not
 * wait for itself.
 */
static bool reclaim_may_wait(gfp_t gfp)
{
	return !current_is_kswapd() && (gfp & __GFP_IO) &&
	       !(current->flags & (PF_LOCAL_THROTTLE | PF_KTHREAD)) &&
	       !fatal_signal_pending(current);
}

static bool cleaned_since(long before)
{
	return atomic_long_read(&pages_cleaned) - before >= RECLAIM_WAIT_PAGES;
}

/*
 * For clean pages that no direct reclaim before was told of: those that others
 * had cleaned by then are as good as the ones just handed out.
 */
static void reclaim_wait(long before)
{
	wait_event_killable_timeout(progress_wait, cleaned_since(before),
				    RECLAIM_WAIT);
	atomic_long_set(&pages_claimed, atomic_long_read(&pages_cleaned));
}

/*
 * Nothing here frees pages itself, so none are claimed. After a wait, or when
 * the stores are full or behind, one call is enough for this round of reclaim.
 */
static unsigned long laundry_scan(struct shrinker *shrinker,
				  struct shrink_control *sc)
{
	unsigned long pages = sc->nr_to_scan;
	unsigned long clusters = pages / DPAGER_LEAF_PAGES + 1;
	long before = atomic_long_read(&pages_claimed);
	unsigned int handed;
	int error = 0;

	see(&reclaim_seen);
	handed = laundry_walk_shrink(sc, clusters, false, &error);
	if (!handed && !error && !current_is_kswapd())
		handed = laundry_walk_shrink(sc, clusters, true, &error);
	sc->nr_scanned = pages;
	if (!reclaim_may_wait(sc->gfp_mask))
		return error ? SHRINK_STOP : 0;
	if (handed || dpager_stat_read(DPAGER_STAT_WRITEBACK))
		reclaim_wait(before);
	return SHRINK_STOP;
}

static int laundry_shrinker_init(void)
{
	int err;

	laundry_shrinker = dpager_shrinker_alloc(SHRINKER_MEMCG_AWARE |
						 SHRINKER_NUMA_AWARE);
	if (!laundry_shrinker)
		return -ENOMEM;
	laundry_shrinker->count_objects = laundry_count;
	laundry_shrinker->scan_objects = laundry_scan;
	laundry_shrinker->seeks = DEFAULT_SEEKS;
	laundry_shrinker->batch = RECLAIM_BATCH;
	err = dpager_shrinker_prepare(laundry_shrinker);
	if (err)
		goto err_shrinker;
	err = list_lru_init_memcg(&laundry_list, laundry_shrinker);
	if (err)
		goto err_shrinker;
	return 0;

err_shrinker:
	dpager_shrinker_free(laundry_shrinker);
	return err;
}

int dpager_laundry_init(void)
{
	int err;

	err = laundry_shrinker_init();
	if (err)
		return err;
	laundry_measure();
	reclaim_seen = jiffies - SEEN_RECENT;
	short_seen = reclaim_seen;
	progress_seen = reclaim_seen;
	watermark_task = kthread_run(watermark_main, NULL, "dpager-laundry");
	if (IS_ERR(watermark_task)) {
		err = PTR_ERR(watermark_task);
		goto err_list;
	}
	/* The list and the thread exist: laundry_count() may use them. */
	smp_store_release(&laundry_ready, true);
	dpager_shrinker_publish(laundry_shrinker);
	return 0;

err_list:
	dpager_shrinker_free(laundry_shrinker);
	list_lru_destroy(&laundry_list);
	return err;
}

void dpager_laundry_exit(void)
{
	dpager_shrinker_free(laundry_shrinker);
	kthread_stop(watermark_task);
	list_lru_destroy(&laundry_list);
}
