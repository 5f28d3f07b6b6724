// SPDX-License-Identifier: GPL-2.0
/* Faults in VMAs of which something is registered. */

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>

#include "compat.h"
#include "fault.h"
#include "folio.h"
#include "object.h"
#include "page.h"
#include "uffd.h"
#include "uffd_area.h"
#include "uffd_vma.h"
#include "uffd_wait.h"

/**
 * struct look - what is asked of a fault
 * @vmf: the fault
 * @area: its VMA's
 * @object: its object
 * @uffd: who handles it, or NULL
 * @mode: what its page is registered for
 * @existing: its page is not to be made
 * @refuse: it gets SIGBUS where it would wait
 * @once: what was said of the page ends with this fault
 * @seen: @uffd->resolved, before the page was looked at
 */
struct look {
	struct vm_fault *vmf;
	struct dpager_uffd_area *area;
	struct dpager_object *object;
	struct dpager_uffd *uffd;
	unsigned int mode;
	bool existing;
	bool refuse;
	bool once;
	s64 seen;
};

static vm_fault_t look_wait(struct look *l, unsigned int reason)
{
	if (l->refuse)
		return VM_FAULT_SIGBUS;
	return dpager_uffd_wait(l->uffd, l->area, l->vmf, reason, l->seen);
}

/* What was said of the page: what the fault returns, or 0. */
static vm_fault_t look_verdict(struct look *l)
{
	switch (dpager_uffd_verdict_of(l->area, l->vmf->pgoff)) {
	case DPAGER_UFFD_VERDICT_POISON:
		return VM_FAULT_HWPOISON;
	case DPAGER_UFFD_VERDICT_SIGBUS:
		l->refuse = true;
		l->once = true;
		return 0;
	case DPAGER_UFFD_VERDICT_PASS:
		/* A write that was overdue is not protected any more. */
		l->mode &= UFFDIO_REGISTER_MODE_WP;
		l->existing = false;
		l->once = true;
		return 0;
	case DPAGER_UFFD_VERDICT_MAPPED:
		l->mode &= ~UFFDIO_REGISTER_MODE_MINOR;
		l->once = true;
		return 0;
	default:
		return 0;
	}
}

/* 0: see what @l->mode says now; or what the fault returns. */
static vm_fault_t look_at(struct look *l)
{
	struct dpager_uffd_pass *pass =
		dpager_uffd_pass_of(l->area, l->vmf->pgoff);
	struct dpager_uffd_part *part;

	if (pass) {
		pass->faulted = true;
		/* What was made may have been dropped since. */
		l->existing = true;
		l->refuse = true;
		return pass->refuse ? VM_FAULT_SIGBUS : 0;
	}
	part = dpager_uffd_part_at(l->area, l->vmf->pgoff);
	if (!part)
		return look_verdict(l);
	l->uffd = part->uffd;
	l->seen = atomic64_read(&l->uffd->resolved);
	/* What follows looks at the page after that. */
	smp_rmb();
	switch (dpager_uffd_state(l->uffd)) {
	case DPAGER_UFFD_RELEASED:
		break;
	case DPAGER_UFFD_DEAD:
		l->refuse = true;
		fallthrough;
	default:
		l->mode = part->mode;
		l->existing = part->mode & UFFDIO_REGISTER_MODE_MISSING;
	}
	return look_verdict(l);
}

static bool look_protected(const struct look *l)
{
	return (l->mode & UFFDIO_REGISTER_MODE_WP) &&
	       (l->vmf->flags & FAULT_FLAG_WRITE) &&
	       dpager_uffd_protected(l->area, l->vmf->pgoff);
}

static bool look_nowhere(const struct look *l)
{
	struct folio *folio;
	int err = dpager_page_find(l->object, l->vmf->pgoff, &folio);

	if (!err)
		folio_put(folio);
	return err == -ENOENT;
}

/*
 * A page that is nowhere is missing; one on backing store is not. One that is
 * missing is told of as that before it is told of as protected.
 */
static vm_fault_t look_handle(struct look *l, unsigned int *refused)
{
	bool protected = look_protected(l), nowhere;
	unsigned int way = l->existing ? DPAGER_FAULT_EXISTING :
					 DPAGER_FAULT_MAKE;
	vm_fault_t ret;

	if (protected || (l->mode & UFFDIO_REGISTER_MODE_MINOR)) {
		nowhere = look_nowhere(l);
		if (!nowhere && (l->mode & UFFDIO_REGISTER_MODE_MINOR))
			return look_wait(l, UFFDIO_REGISTER_MODE_MINOR);
		if (protected &&
		    !(nowhere && (l->mode & UFFDIO_REGISTER_MODE_MISSING)))
			return look_wait(l, UFFDIO_REGISTER_MODE_WP);
	}
	/* It was nowhere: if it is there now, that is told of, too. */
	if (l->mode & UFFDIO_REGISTER_MODE_MINOR)
		way |= DPAGER_FAULT_NEW;
	ret = dpager_fault_registered(l->vmf, way, refused);
	/* Retried, it may be without any lock now, and has not ended. */
	if (l->once && !*refused && !(ret & VM_FAULT_RETRY))
		dpager_uffd_area_pardon(l->area, l->vmf->pgoff, l->vmf->pgoff);
	return ret;
}

static vm_fault_t uffd_fault(struct vm_fault *vmf)
{
	struct look l = {
		.vmf = vmf,
		.area = vmf->vma->vm_private_data,
		.object = dpager_object_of(file_inode(vmf->vma->vm_file)),
	};
	unsigned int refused = 0;
	vm_fault_t ret;

	if (vmf->pgoff >= dpager_object_end(l.object))
		return VM_FAULT_SIGBUS;
	ret = look_at(&l);
	if (!ret)
		ret = look_handle(&l, &refused);
	if (refused == DPAGER_FAULT_EXISTING)
		return look_wait(&l, UFFDIO_REGISTER_MODE_MISSING);
	if (refused == DPAGER_FAULT_NEW)
		return look_wait(&l, UFFDIO_REGISTER_MODE_MINOR);
	return ret;
}

/*
 * The first write to a page that is mapped for reading. One that is protected is
 * mapped anew, so that its fault can wait: here nobody may.
 */
static vm_fault_t uffd_mkwrite(struct vm_fault *vmf)
{
	struct look l = {
		.vmf = vmf,
		.area = vmf->vma->vm_private_data,
	};
	struct folio *folio = page_folio(vmf->page);

	/* What was said of it is not for a page that is mapped. */
	look_at(&l);
	if (look_protected(&l)) {
		if (l.mode & UFFDIO_REGISTER_MODE_MINOR)
			dpager_uffd_verdict(l.area, vmf->pgoff,
					    DPAGER_UFFD_VERDICT_MAPPED);
		dpager_vma_zap(vmf->vma, vmf->address & PAGE_MASK, PAGE_SIZE);
		return VM_FAULT_NOPAGE;
	}
	file_update_time(vmf->vma->vm_file);
	return dpager_fault_writable(vmf, folio);
}

/* What a call makes; or neighbours in memory that nobody wants to hear of. */
static vm_fault_t uffd_map_pages(struct vm_fault *vmf, pgoff_t first,
				 pgoff_t last)
{
	struct vm_area_struct *vma = vmf->vma;
	struct dpager_uffd_area *area = vma->vm_private_data;
	struct dpager_uffd_pass *pass = dpager_uffd_pass_of(area, vmf->pgoff);
	vm_fault_t ret;

	if (pass && !pass->refuse) {
		pass->faulted = true;
		last = pass->last;
		ret = dpager_fault_map(vmf, pass->index, &last);
		pass->tried = max(last, pass->index);
		return ret;
	}
	if (dpager_uffd_area_passes(area) || !dpager_uffd_no_verdicts(area))
		return 0;
	if (dpager_uffd_area_modes(area, first, last + DPAGER_FAULT_MORE) &
	    ~UFFDIO_REGISTER_MODE_MISSING)
		return 0;
	return dpager_fault_around(vmf, first, last);
}

const struct vm_operations_struct dpager_uffd_vm_ops = {
	.open = dpager_uffd_vma_open,
	.close = dpager_uffd_vma_close,
	.fault = uffd_fault,
	.map_pages = uffd_map_pages,
};

const struct vm_operations_struct dpager_uffd_wp_vm_ops = {
	.open = dpager_uffd_vma_open,
	.close = dpager_uffd_vma_close,
	.fault = uffd_fault,
	.map_pages = uffd_map_pages,
	.page_mkwrite = uffd_mkwrite,
};
