// SPDX-License-Identifier: GPL-2.0
/* Folding: which clusters are looked at, when, and by whom. */

#include <linux/pagemap.h>
#include <linux/workqueue.h>

#include "cluster.h"
#include "fold.h"
#include "object.h"

/* Clusters looked at for each one that comes. */
#define FOLD_LOOKS	2
/* Looks that are worth waking the worker for. */
#define FOLD_BATCH	512
/* When a writer is idle: looks, at most, for each one that has come. */
#define FOLD_LOOKS_IDLE	8

/* Protects all below; see the lock order in dpager.h. */
static DEFINE_SPINLOCK(fold_lock);
/* Clusters that may be folded, by cluster->work, and how many they are. */
static LIST_HEAD(fold_list);
static unsigned long fold_length;
/* Looks to be made. */
static unsigned long fold_due;
/* How many have come since a writer was idle. */
static unsigned long fold_come;

static struct workqueue_struct *fold_wq;
static struct work_struct fold_work;

static void fold_link(struct dpager_cluster *cluster)
{
	lockdep_assert_held(&fold_lock);
	if (!list_empty(&cluster->work))
		return;
	list_add_tail(&cluster->work, &fold_list);
	fold_length++;
}

static void fold_unlink(struct dpager_cluster *cluster)
{
	lockdep_assert_held(&fold_lock);
	if (list_empty(&cluster->work))
		return;
	list_del_init(&cluster->work);
	fold_length--;
}

void dpager_fold_add(struct dpager_cluster *cluster)
{
	bool enough;

	lockdep_assert_held(&cluster->lock);
	spin_lock(&fold_lock);
	fold_link(cluster);
	fold_come++;
	fold_due += FOLD_LOOKS;
	enough = fold_due >= FOLD_BATCH;
	spin_unlock(&fold_lock);
	if (enough)
		queue_work(fold_wq, &fold_work);
}

void dpager_fold_keep(struct dpager_cluster *cluster)
{
	lockdep_assert_held(&cluster->lock);
	spin_lock(&fold_lock);
	fold_link(cluster);
	spin_unlock(&fold_lock);
}

void dpager_fold_forget(struct dpager_cluster *cluster)
{
	lockdep_assert_held(&cluster->lock);
	spin_lock(&fold_lock);
	fold_unlink(cluster);
	spin_unlock(&fold_lock);
}

void dpager_fold_idle(void)
{
	bool any;

	spin_lock(&fold_lock);
	fold_due = max(fold_due, min(fold_length, fold_come * FOLD_LOOKS_IDLE));
	fold_come = 0;
	any = fold_due && fold_length;
	spin_unlock(&fold_lock);
	if (any)
		queue_work(fold_wq, &fold_work);
}

/*
 * Shadow entries of folded pages. A page that comes into memory right now is
 * dropped again, unless somebody uses it.
 */
static void fold_shadows(struct dpager_object *object, pgoff_t index)
{
	pgoff_t first = index & ~(pgoff_t)DPAGER_LEAF_MASK;

	if (!dpager_cluster_find(object, first))
		invalidate_mapping_pages(object->inode->i_mapping, first,
					 first + DPAGER_LEAF_MASK);
}

void dpager_fold(struct dpager_object *object, pgoff_t index)
{
	struct dpager_cluster *cluster;
	bool folded;

	rcu_read_lock();
	cluster = dpager_cluster_find(object, index);
	folded = cluster && dpager_cluster_fold(cluster);
	rcu_read_unlock();
	if (folded)
		fold_shadows(object, index);
}

/*
 * The oldest cluster goes to the tail before it is looked at; what becomes of it
 * there is not ours. A cluster is forgotten before it, or its object, goes away;
 * those of an object that is going away need no look.
 *
 * @object: out: its object, with a reference, or NULL: nothing to look at there
 * Return: false: no look is due.
 */
static bool fold_next(struct dpager_object **object, pgoff_t *first)
{
	struct dpager_cluster *cluster;
	bool due;

	*object = NULL;
	spin_lock(&fold_lock);
	due = fold_due && !list_empty(&fold_list);
	fold_due -= due ? 1 : fold_due;
	if (due) {
		cluster = list_first_entry(&fold_list, struct dpager_cluster,
					   work);
		fold_unlink(cluster);
		*first = cluster->first;
		if (refcount_inc_not_zero(&cluster->object->ref)) {
			*object = cluster->object;
			fold_link(cluster);
		}
	}
	spin_unlock(&fold_lock);
	return due;
}

static void fold_work_fn(struct work_struct *work)
{
	struct dpager_object *object;
	pgoff_t first;

	while (fold_next(&object, &first)) {
		if (object) {
			dpager_fold(object, first);
			dpager_object_put(object);
		}
		cond_resched();
	}
}

int dpager_fold_init(void)
{
	INIT_WORK(&fold_work, fold_work_fn);
	fold_wq = alloc_workqueue("dpager-fold", WQ_UNBOUND | WQ_FREEZABLE, 1);
	return fold_wq ? 0 : -ENOMEM;
}

void dpager_fold_exit(void)
{
	destroy_workqueue(fold_wq);
}
