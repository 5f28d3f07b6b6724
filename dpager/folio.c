// SPDX-License-Identifier: GPL-2.0
/* Folios of an object's page cache. */

#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/pagemap.h>

#include "cluster.h"
#include "compat.h"
#include "folio.h"
#include "object.h"
#include "segment.h"

struct folio *dpager_folio_look(struct address_space *mapping, pgoff_t index)
{
	XA_STATE(xas, &mapping->i_pages, index);
	struct folio *folio;
	bool certain = true;

	rcu_read_lock();
	folio = xas_load(&xas);
	if (!folio || xa_is_value(folio)) {
		folio = NULL;
	} else {
		certain = !xa_is_internal(folio) && folio_try_get(folio);
		if (certain && unlikely(xas_reload(&xas) != folio)) {
			folio_put(folio);
			certain = false;
		}
	}
	rcu_read_unlock();
	return likely(certain) ? folio : dpager_folio_get(mapping, index);
}

struct folio *dpager_folio_alloc_larger(struct dpager_object *object, gfp_t gfp)
{
	return dpager_folio_alloc((gfp | __GFP_NORETRY | __GFP_NOWARN) &
				  ~__GFP_RECLAIM, ilog2(object->folio_pages));
}

s64 dpager_folio_counted(struct dpager_object *object)
{
	s64 counted = atomic64_read(&object->inserted);

	/* Before the look. */
	smp_rmb();
	return counted;
}

bool dpager_folio_recounted(struct dpager_object *object, s64 counted)
{
	/* After the look. */
	smp_rmb();
	return counted != atomic64_read(&object->inserted);
}

int dpager_folio_inserted(struct dpager_object *object,
			  struct dpager_cluster *cluster, struct folio *folio,
			  bool fresh, gfp_t gfp)
{
	int err = 0;

	atomic64_inc(&object->inserted);
	/* Before anything that its lock allows. */
	smp_mb__after_atomic();
	if (unlikely(object->limit))
		err = dpager_cluster_count(cluster, folio);
	return err ?: dpager_cluster_tag(cluster, folio, fresh,
					 gfp & ~(__GFP_HIGHMEM | __GFP_MOVABLE));
}

int dpager_folio_insert(struct dpager_object *object,
			struct dpager_cluster *cluster, struct folio *folio,
			pgoff_t index, bool fresh, gfp_t gfp)
{
	struct address_space *mapping = object->inode->i_mapping;
	int err;

	lockdep_assert_held(&mapping->invalidate_lock);
	err = filemap_add_folio(mapping, folio, index, gfp);
	if (err)
		return err;
	err = dpager_folio_inserted(object, cluster, folio, fresh, gfp);
	if (err) {
		dpager_folio_remove(mapping, folio);
		folio_unlock(folio);
	}
	return err;
}

bool dpager_folio_resident(struct dpager_object *object, pgoff_t index,
			   unsigned int count)
{
	struct xarray *pages = &object->inode->i_mapping->i_pages;
	unsigned long i;
	void *entry;

	xa_for_each_range(pages, i, entry, index, index + count - 1)
		if (!xa_is_value(entry))
			return true;
	return false;
}

u32 dpager_folio_residents(struct dpager_object *object, pgoff_t first,
			   u32 pages)
{
	u32 residents = 0;

	/* As a rule none is. */
	if (!dpager_folio_resident(object, first, DPAGER_LEAF_PAGES))
		return 0;
	for (; pages; pages &= pages - 1)
		if (dpager_folio_resident(object, first + __ffs(pages), 1))
			residents |= BIT(__ffs(pages));
	return residents;
}

bool dpager_folio_may_be_larger(struct dpager_object *object, pgoff_t index,
				pgoff_t last)
{
	u32 pages = object->folio_pages;

	return pages > 1 && !READ_ONCE(object->keeps_zeros) &&
	       IS_ALIGNED(index, pages) &&
	       index + pages - 1 <= last &&
	       !dpager_folio_resident(object, index, pages);
}

bool dpager_folio_page_zero(struct page *page)
{
	void *bytes = kmap_local_page(page);
	bool zero = !memchr_inv(bytes, 0, PAGE_SIZE);

	kunmap_local(bytes);
	return zero;
}

static pgoff_t vma_last_page(struct vm_area_struct *vma)
{
	return vma->vm_pgoff + vma_pages(vma) - 1;
}

/*
 * The kernel gives PG_mlocked to small folios, and to larger ones late or, on
 * 6.1, never: what counts there are the mappings. Who locks memory sets the
 * flag first and faults in what is not mapped afterwards, so it is seen here or
 * the fault comes after the unmap.
 */
static bool folio_in_locked_vma(struct address_space *mapping,
				struct folio *folio)
{
	pgoff_t first = folio->index, last = folio_next_index(folio) - 1;
	struct vm_area_struct *vma;
	struct rb_node *node;
	bool locked = false;

	i_mmap_lock_read(mapping);
	for (node = rb_first_cached(&mapping->i_mmap); node && !locked;
	     node = rb_next(node)) {
		vma = rb_entry(node, struct vm_area_struct, shared.rb);
		/* By first page. */
		if (vma->vm_pgoff > last)
			break;
		locked = (vma->vm_flags & VM_LOCKED) &&
			 vma_last_page(vma) >= first;
	}
	i_mmap_unlock_read(mapping);
	return locked;
}

bool dpager_folio_stable(struct dpager_object *object, struct folio *folio,
			 pgoff_t index)
{
	struct dpager_cluster *cluster;
	dpager_place_t place;

	if (likely(!folio_test_writeback(folio)))
		return false;
	/* It stays: its folio is locked, and in the page cache. */
	cluster = dpager_cluster_find(object, index);
	/* Its write is failing: others of its folio may still be written. */
	if (dpager_map_get(&object->map, &cluster->leaf, index, &place))
		return dpager_segments_stable();
	return dpager_segment_at(place)->stable;
}

bool dpager_folio_held(struct address_space *mapping, struct folio *folio)
{
	return folio_test_mlocked(folio) || dpager_folio_poisoned(folio) ||
	       folio_maybe_dma_pinned(folio) ||
	       (folio_test_large(folio) &&
		folio_in_locked_vma(mapping, folio));
}
