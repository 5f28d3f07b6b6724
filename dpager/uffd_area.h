/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is registered of an object's mapping, by page. A VMA may be split, and
 * its parts joined: so there is one area for each address space, object and
 * distance between addresses and pages, which all VMAs concerned share. Who
 * reads a page's entry while it holds the lock of its VMA, or of the address
 * space, sees none that is going away.
 */
#ifndef _DPAGER_UFFD_AREA_H
#define _DPAGER_UFFD_AREA_H

#include <linux/list.h>
#include <linux/maple_tree.h>
#include <linux/mm.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct dpager_object;
struct dpager_uffd;
struct dpager_uffd_area;

/**
 * enum dpager_uffd_verdict - what is to come of faults on a page
 * @DPAGER_UFFD_VERDICT_NONE: nothing has been said
 * @DPAGER_UFFD_VERDICT_POISON: UFFDIO_POISON: SIGBUS, as of broken memory
 * @DPAGER_UFFD_VERDICT_SIGBUS: a fault was overdue: SIGBUS, if it would wait again
 * @DPAGER_UFFD_VERDICT_PASS: a fault was overdue: the next is as if nothing was
 *	registered
 * @DPAGER_UFFD_VERDICT_MAPPED: it was mapped, and is mapped anew: the next fault is
 *	not one of a page that is there and not mapped
 */
enum dpager_uffd_verdict {
	DPAGER_UFFD_VERDICT_NONE,
	DPAGER_UFFD_VERDICT_POISON,
	DPAGER_UFFD_VERDICT_SIGBUS,
	DPAGER_UFFD_VERDICT_PASS,
	DPAGER_UFFD_VERDICT_MAPPED,
};

/**
 * struct dpager_uffd_part - what pages of an area are registered for
 * @uffd: the context, with a reference; immutable
 * @mode: UFFDIO_REGISTER_MODE_*; immutable
 */
struct dpager_uffd_part {
	struct dpager_uffd *uffd;
	unsigned int mode;
	/* private: */
	struct list_head link;
	struct rcu_head rcu;
	bool in_use;
};

/**
 * struct dpager_uffd_pass - a task that may fault on a page as nobody else may
 * @task: who
 * @index: the page
 * @last: pages up to this one are to be mapped with it
 * @tried: out: the last of them that were, or @index
 * @refuse: not even that: its fault fails, since it only asks whether there
 *	would be one
 * @faulted: out: there was one
 */
struct dpager_uffd_pass {
	struct task_struct *task;
	pgoff_t index;
	pgoff_t last;
	pgoff_t tried;
	bool refuse;
	bool faulted;
	/* private: */
	struct list_head link;
};

/* An area of a VMA, with a reference; ERR_PTR(-ENOMEM). mmap_lock (write). */
struct dpager_uffd_area *dpager_uffd_area_find(struct vm_area_struct *vma);
void dpager_uffd_area_get(struct dpager_uffd_area *area);
void dpager_uffd_area_put(struct dpager_uffd_area *area);

/* Is it the area that a VMA would have? */
bool dpager_uffd_area_fits(const struct dpager_uffd_area *area,
			   const struct vm_area_struct *vma);

/* The address space; not to be looked into. */
struct mm_struct *dpager_uffd_area_mm(const struct dpager_uffd_area *area);

/*
 * Do the area's VMAs want to hear of the first write to a page? The kernel may join
 * a part of one to another without a word, so that all do as soon as one page may
 * be protected. And from now on; false: they did already. mmap_lock (write).
 */
bool dpager_uffd_area_notifies(const struct dpager_uffd_area *area);
bool dpager_uffd_area_notify(struct dpager_uffd_area *area);

/* The page of an address, and the address of a page. */
pgoff_t dpager_uffd_area_index(const struct dpager_uffd_area *area,
			       unsigned long address);
unsigned long dpager_uffd_area_address(const struct dpager_uffd_area *area,
				       pgoff_t index);

/* What a page is registered for, or NULL. */
struct dpager_uffd_part *dpager_uffd_part_at(struct dpager_uffd_area *area,
					     pgoff_t index);

/*
 * The same, of this page and of all that follow without a change: @last becomes
 * the last of them.
 */
struct dpager_uffd_part *dpager_uffd_part_from(struct dpager_uffd_area *area,
					       pgoff_t index, pgoff_t *last);

/*
 * Pages are registered, as long as they are not already for all of @mode.
 * mmap_lock (write). 0 or -ENOMEM: some are.
 */
int dpager_uffd_area_add(struct dpager_uffd_area *area, pgoff_t first,
			 pgoff_t last, struct dpager_uffd *uffd,
			 unsigned int mode);

/*
 * What @uffd (NULL: anybody) has registered of these pages no longer is; nor are
 * they protected. mmap_lock (write), or they are in no VMA any more.
 */
void dpager_uffd_area_drop(struct dpager_uffd_area *area, pgoff_t first,
			   pgoff_t last, struct dpager_uffd *uffd);

/* What faults on them were told, but of poison, is forgotten. */
void dpager_uffd_area_pardon(struct dpager_uffd_area *area, pgoff_t first,
			     pgoff_t last);

/* Nothing is said of them. */
void dpager_uffd_area_forget(struct dpager_uffd_area *area, pgoff_t first,
			     pgoff_t last);

/* All that these pages are registered for. */
unsigned int dpager_uffd_area_modes(struct dpager_uffd_area *area,
				    pgoff_t first, pgoff_t last);

/* Is anything known of them? */
bool dpager_uffd_area_knows(struct dpager_uffd_area *area, pgoff_t first,
			    pgoff_t last);

/* Pages that may not be written to, or, which does not fail, may. 0 or -ENOMEM. */
int dpager_uffd_protect(struct dpager_uffd_area *area, pgoff_t first,
			pgoff_t last, bool protect);
bool dpager_uffd_protected(struct dpager_uffd_area *area, pgoff_t index);

/* What is said of a page, but for one that is poisoned. 0 or -ENOMEM. */
int dpager_uffd_verdict(struct dpager_uffd_area *area, pgoff_t index,
			enum dpager_uffd_verdict verdict);
enum dpager_uffd_verdict dpager_uffd_verdict_of(struct dpager_uffd_area *area,
						pgoff_t index);
/* Is nothing said of any? */
bool dpager_uffd_no_verdicts(struct dpager_uffd_area *area);

/* Both of pages as they are in another area. */
void dpager_uffd_area_protect_as(struct dpager_uffd_area *to,
				 struct dpager_uffd_area *from, pgoff_t first,
				 pgoff_t last);
void dpager_uffd_area_verdicts_as(struct dpager_uffd_area *to,
				  struct dpager_uffd_area *from, pgoff_t first,
				  pgoff_t last);

/* From now on, until it is taken back, @pass is one of the area's. */
void dpager_uffd_pass_give(struct dpager_uffd_area *area,
			   struct dpager_uffd_pass *pass);
void dpager_uffd_pass_take(struct dpager_uffd_area *area,
			   struct dpager_uffd_pass *pass);
/* Has anybody one? */
bool dpager_uffd_area_passes(const struct dpager_uffd_area *area);
/* The current task's for a page, or NULL. */
struct dpager_uffd_pass *dpager_uffd_pass_of(struct dpager_uffd_area *area,
					     pgoff_t index);

#endif /* _DPAGER_UFFD_AREA_H */
