// SPDX-License-Identifier: GPL-2.0
/* What is registered of an object's mapping, by page. */

#include <linux/file.h>
#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "object.h"
#include "uffd.h"
#include "uffd_area.h"

/**
 * struct dpager_uffd_area - see above
 * @ref: its VMAs', and who waits
 * @link: in areas
 * @mm: the address space; not looked into
 * @object: the object; likewise
 * @delta: the address of page 0, if it had one
 * @parts: what there is in @ranges, each once; mmap_lock (write)
 * @ranges: page -> struct dpager_uffd_part
 * @protection: page -> a value: it may not be written to
 * @verdicts: page -> enum dpager_uffd_verdict
 * @notifies: its VMAs want to hear of first writes; mmap_lock (write)
 * @saying: a verdict depends on the one before
 * @lock: protects @passes
 * @passes: struct dpager_uffd_pass
 */
struct dpager_uffd_area {
	refcount_t ref;
	struct hlist_node link;
	struct mm_struct *mm;
	struct dpager_object *object;
	unsigned long delta;
	struct list_head parts;
	struct maple_tree ranges;
	struct maple_tree protection;
	struct maple_tree verdicts;
	bool notifies;
	struct mutex saying;	/* a verdict that depends on the one before */
	spinlock_t lock;	/* @passes */
	struct list_head passes;
};

static DEFINE_SPINLOCK(areas_lock);
static DEFINE_HASHTABLE(areas, 6);

static unsigned long vma_delta(const struct vm_area_struct *vma)
{
	return vma->vm_start - (vma->vm_pgoff << PAGE_SHIFT);
}

bool dpager_uffd_area_fits(const struct dpager_uffd_area *area,
			   const struct vm_area_struct *vma)
{
	return area->mm == vma->vm_mm && area->delta == vma_delta(vma) &&
	       area->object == dpager_object_of(file_inode(vma->vm_file));
}

static struct dpager_uffd_area *area_search(const struct vm_area_struct *vma)
{
	struct dpager_uffd_area *area;

	hash_for_each_possible(areas, area, link, (unsigned long)vma->vm_mm)
		if (dpager_uffd_area_fits(area, vma) &&
		    refcount_inc_not_zero(&area->ref))
			return area;
	return NULL;
}

static struct dpager_uffd_area *area_new(const struct vm_area_struct *vma)
{
	struct dpager_uffd_area *area = kzalloc(sizeof(*area), GFP_KERNEL_ACCOUNT);

	if (!area)
		return NULL;
	refcount_set(&area->ref, 1);
	area->mm = vma->vm_mm;
	area->object = dpager_object_of(file_inode(vma->vm_file));
	area->delta = vma_delta(vma);
	INIT_LIST_HEAD(&area->parts);
	mt_init_flags(&area->ranges, MT_FLAGS_USE_RCU);
	mt_init_flags(&area->protection, MT_FLAGS_USE_RCU);
	mt_init_flags(&area->verdicts, MT_FLAGS_USE_RCU);
	mutex_init(&area->saying);
	spin_lock_init(&area->lock);
	INIT_LIST_HEAD(&area->passes);
	return area;
}

/* Nobody makes another for the same VMA: the address space is locked. */
struct dpager_uffd_area *dpager_uffd_area_find(struct vm_area_struct *vma)
{
	struct dpager_uffd_area *area;

	spin_lock(&areas_lock);
	area = area_search(vma);
	spin_unlock(&areas_lock);
	if (area)
		return area;
	area = area_new(vma);
	if (!area)
		return ERR_PTR(-ENOMEM);
	spin_lock(&areas_lock);
	hash_add(areas, &area->link, (unsigned long)area->mm);
	spin_unlock(&areas_lock);
	return area;
}

void dpager_uffd_area_get(struct dpager_uffd_area *area)
{
	refcount_inc(&area->ref);
}

static void part_free(struct dpager_uffd_part *part)
{
	list_del(&part->link);
	dpager_uffd_put(part->uffd);
	kfree_rcu(part, rcu);
}

/* Is that the end? Then nobody finds it any more. */
static bool area_put_last(struct dpager_uffd_area *area)
{
	bool last;

	if (refcount_dec_not_one(&area->ref))
		return false;
	spin_lock(&areas_lock);
	last = refcount_dec_and_test(&area->ref);
	if (last)
		hash_del(&area->link);
	spin_unlock(&areas_lock);
	return last;
}

void dpager_uffd_area_put(struct dpager_uffd_area *area)
{
	struct dpager_uffd_part *part, *next;

	if (!area_put_last(area))
		return;
	mtree_destroy(&area->ranges);
	mtree_destroy(&area->protection);
	mtree_destroy(&area->verdicts);
	list_for_each_entry_safe(part, next, &area->parts, link)
		part_free(part);
	kfree(area);
}

struct mm_struct *dpager_uffd_area_mm(const struct dpager_uffd_area *area)
{
	return area->mm;
}

bool dpager_uffd_area_notifies(const struct dpager_uffd_area *area)
{
	return area->notifies;
}

bool dpager_uffd_area_notify(struct dpager_uffd_area *area)
{
	bool before = area->notifies;

	area->notifies = true;
	return !before;
}

pgoff_t dpager_uffd_area_index(const struct dpager_uffd_area *area,
			       unsigned long address)
{
	return (address - area->delta) >> PAGE_SHIFT;
}

unsigned long dpager_uffd_area_address(const struct dpager_uffd_area *area,
				       pgoff_t index)
{
	return area->delta + (index << PAGE_SHIFT);
}

/* --- ranges of pages in a tree ------------------------------------------ */

/* What is at a page, and at those that follow up to @last. */
static void *range_at(struct maple_tree *tree, pgoff_t index, pgoff_t *last)
{
	MA_STATE(mas, tree, index, index);
	void *entry;

	rcu_read_lock();
	entry = mas_walk(&mas);
	*last = mas.last;
	rcu_read_unlock();
	return entry;
}

static int range_set(struct maple_tree *tree, pgoff_t first, pgoff_t last,
		     void *entry)
{
	return mtree_store_range(tree, first, last, entry, GFP_KERNEL_ACCOUNT);
}

/* Forgetting must not fail: what comes later there would be found registered. */
static void range_clear(struct maple_tree *tree, pgoff_t first, pgoff_t last)
{
	pgoff_t end;

	if (mtree_empty(tree) || (!range_at(tree, first, &end) && end >= last))
		return;
	mtree_store_range(tree, first, last, NULL, GFP_KERNEL | __GFP_NOFAIL);
}

static bool range_any(struct maple_tree *tree, pgoff_t first, pgoff_t last)
{
	unsigned long index = first;

	return mt_find(tree, &index, last);
}

/* --- parts -------------------------------------------------------------- */

struct dpager_uffd_part *dpager_uffd_part_at(struct dpager_uffd_area *area,
					     pgoff_t index)
{
	return mtree_load(&area->ranges, index);
}

struct dpager_uffd_part *dpager_uffd_part_from(struct dpager_uffd_area *area,
					       pgoff_t index, pgoff_t *last)
{
	struct dpager_uffd_part *part = range_at(&area->ranges, index, last);
	pgoff_t next;

	while (part && *last != ULONG_MAX &&
	       range_at(&area->ranges, *last + 1, &next) == part)
		*last = next;
	return part;
}

static struct dpager_uffd_part *part_get(struct dpager_uffd_area *area,
					 struct dpager_uffd *uffd,
					 unsigned int mode)
{
	struct dpager_uffd_part *part;

	list_for_each_entry(part, &area->parts, link)
		if (part->uffd == uffd && part->mode == mode)
			return part;
	part = kzalloc(sizeof(*part), GFP_KERNEL_ACCOUNT);
	if (!part)
		return NULL;
	part->uffd = dpager_uffd_get(uffd);
	part->mode = mode;
	list_add(&part->link, &area->parts);
	return part;
}

/* Parts that no page has any more go. */
static void parts_sweep(struct dpager_uffd_area *area)
{
	struct dpager_uffd_part *part, *next;
	unsigned long index = 0;

	list_for_each_entry(part, &area->parts, link)
		part->in_use = false;
	mt_for_each(&area->ranges, part, index, ULONG_MAX)
		part->in_use = true;
	list_for_each_entry_safe(part, next, &area->parts, link)
		if (!part->in_use)
			part_free(part);
}

static bool part_has(const struct dpager_uffd_part *part,
		     const struct dpager_uffd *uffd, unsigned int mode)
{
	return part && part->uffd == uffd && (part->mode & mode) == mode;
}

int dpager_uffd_area_add(struct dpager_uffd_area *area, pgoff_t first,
			 pgoff_t last, struct dpager_uffd *uffd,
			 unsigned int mode)
{
	struct dpager_uffd_part *part = part_get(area, uffd, mode), *was;
	pgoff_t end;
	int err = part ? 0 : -ENOMEM;

	for (; !err && first <= last; first = end + 1) {
		was = range_at(&area->ranges, first, &end);
		end = min(end, last);
		if (!part_has(was, uffd, mode))
			err = range_set(&area->ranges, first, end, part);
		/*
		 * What a handler that is dead has protected, is not; nor what a
		 * copy did that was late.
		 */
		if (!was || was->uffd != uffd)
			range_clear(&area->protection, first, end);
		if (end == ULONG_MAX)
			break;
	}
	parts_sweep(area);
	return err;
}

void dpager_uffd_area_drop(struct dpager_uffd_area *area, pgoff_t first,
			   pgoff_t last, struct dpager_uffd *uffd)
{
	struct dpager_uffd_part *part;
	pgoff_t end;

	for (; first <= last; first = end + 1) {
		part = range_at(&area->ranges, first, &end);
		end = min(end, last);
		if (part && (!uffd || part->uffd == uffd)) {
			range_clear(&area->ranges, first, end);
			range_clear(&area->protection, first, end);
		}
		if (end == ULONG_MAX)
			break;
	}
	parts_sweep(area);
}

void dpager_uffd_area_pardon(struct dpager_uffd_area *area, pgoff_t first,
			     pgoff_t last)
{
	pgoff_t end;
	void *entry;

	mutex_lock(&area->saying);
	for (; first <= last; first = end + 1) {
		entry = range_at(&area->verdicts, first, &end);
		end = min(end, last);
		if (entry && xa_to_value(entry) != DPAGER_UFFD_VERDICT_POISON)
			range_clear(&area->verdicts, first, end);
		if (end == ULONG_MAX)
			break;
	}
	mutex_unlock(&area->saying);
}

void dpager_uffd_area_forget(struct dpager_uffd_area *area, pgoff_t first,
			     pgoff_t last)
{
	range_clear(&area->verdicts, first, last);
}

unsigned int dpager_uffd_area_modes(struct dpager_uffd_area *area,
				    pgoff_t first, pgoff_t last)
{
	struct dpager_uffd_part *part;
	unsigned long index = first;
	unsigned int modes = 0;

	rcu_read_lock();
	mt_for_each(&area->ranges, part, index, last)
		modes |= part->mode;
	rcu_read_unlock();
	return modes;
}

bool dpager_uffd_area_knows(struct dpager_uffd_area *area, pgoff_t first,
			    pgoff_t last)
{
	return range_any(&area->ranges, first, last) ||
	       range_any(&area->verdicts, first, last);
}

/* --- what is known of single pages -------------------------------------- */

int dpager_uffd_protect(struct dpager_uffd_area *area, pgoff_t first,
			pgoff_t last, bool protect)
{
	if (protect)
		return range_set(&area->protection, first, last, xa_mk_value(1));
	range_clear(&area->protection, first, last);
	return 0;
}

bool dpager_uffd_protected(struct dpager_uffd_area *area, pgoff_t index)
{
	return !mtree_empty(&area->protection) &&
	       mtree_load(&area->protection, index);
}

int dpager_uffd_verdict(struct dpager_uffd_area *area, pgoff_t index,
			enum dpager_uffd_verdict verdict)
{
	int err = 0;

	mutex_lock(&area->saying);
	if (dpager_uffd_verdict_of(area, index) != DPAGER_UFFD_VERDICT_POISON)
		err = range_set(&area->verdicts, index, index,
				xa_mk_value(verdict));
	mutex_unlock(&area->saying);
	return err;
}

enum dpager_uffd_verdict dpager_uffd_verdict_of(struct dpager_uffd_area *area,
						pgoff_t index)
{
	void *entry;

	if (mtree_empty(&area->verdicts))
		return DPAGER_UFFD_VERDICT_NONE;
	entry = mtree_load(&area->verdicts, index);
	return entry ? xa_to_value(entry) : DPAGER_UFFD_VERDICT_NONE;
}

bool dpager_uffd_no_verdicts(struct dpager_uffd_area *area)
{
	return mtree_empty(&area->verdicts);
}

static void range_copy(struct maple_tree *to, struct maple_tree *from,
		       pgoff_t first, pgoff_t last)
{
	pgoff_t end;
	void *entry;

	for (; first <= last; first = end + 1) {
		entry = range_at(from, first, &end);
		end = min(end, last);
		if (entry)
			mtree_store_range(to, first, end, entry,
					  GFP_KERNEL | __GFP_NOFAIL);
		if (end == ULONG_MAX)
			break;
	}
}

void dpager_uffd_area_protect_as(struct dpager_uffd_area *to,
				 struct dpager_uffd_area *from, pgoff_t first,
				 pgoff_t last)
{
	range_copy(&to->protection, &from->protection, first, last);
}

void dpager_uffd_area_verdicts_as(struct dpager_uffd_area *to,
				  struct dpager_uffd_area *from, pgoff_t first,
				  pgoff_t last)
{
	range_copy(&to->verdicts, &from->verdicts, first, last);
}

/* --- passes ------------------------------------------------------------- */

void dpager_uffd_pass_give(struct dpager_uffd_area *area,
			   struct dpager_uffd_pass *pass)
{
	spin_lock(&area->lock);
	list_add(&pass->link, &area->passes);
	spin_unlock(&area->lock);
}

void dpager_uffd_pass_take(struct dpager_uffd_area *area,
			   struct dpager_uffd_pass *pass)
{
	spin_lock(&area->lock);
	list_del(&pass->link);
	spin_unlock(&area->lock);
}

bool dpager_uffd_area_passes(const struct dpager_uffd_area *area)
{
	return !list_empty_careful(&area->passes);
}

struct dpager_uffd_pass *dpager_uffd_pass_of(struct dpager_uffd_area *area,
					     pgoff_t index)
{
	struct dpager_uffd_pass *pass, *found = NULL;

	if (!dpager_uffd_area_passes(area))
		return NULL;
	spin_lock(&area->lock);
	list_for_each_entry(pass, &area->passes, link)
		if (pass->task == current && pass->index == index)
			found = pass;
	spin_unlock(&area->lock);
	return found;
}
