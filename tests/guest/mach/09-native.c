// SPDX-License-Identifier: GPL-2.0
/*
 * The native calls: each does its ioctl, lists are whole, details are kept by thread.
 *
 * guest: timeout=120
 */
#include <pthread.h>
#include <stdlib.h>

#include "kern.h"

/* More than the library reads in one step, and in two. */
#define SEGMENTS	200
#define PAGES		1024UL

static int pager, store, disk;
static uint64_t store_id;

static bool fails(int ret, int error, uint32_t detail)
{
	if (ret == -1 && errno == error && dpager_detail() == detail)
		return true;
	diag("got %d (%s, %s)", ret, strerror(errno), dpager_explain(dpager_detail()));
	return false;
}

static void stores(void)
{
	struct dpager_store_create create = { .priority = 5, .cluster = 5000, .name = "native" };
	struct dpager_store_entry *entries;
	uint64_t id = 0;
	size_t count;
	int again;

	store = dpager_store_create(pager, &create);
	ok(store >= 0 && create.cluster == 8192 && create.id, "create a store");
	store_id = create.id;
	ok(fails(dpager_store_create(pager, &create), EEXIST, DPAGER_DETAIL_NAME_TAKEN),
	   "its name is taken");
	again = dpager_store_open(pager, "native", &id);
	ok(again >= 0 && id == store_id, "open it by name");
	close(again);
	again = dpager_store_open_id(pager, id);
	ok(again >= 0, "open it by id");
	close(again);
	ok(fails(dpager_store_open(pager, "", NULL), EINVAL, DPAGER_DETAIL_NAME), "no name");
	ok(fails(dpager_store_open(pager, "none", NULL), ENOENT, DPAGER_DETAIL_ID), "no such name");
	ok(fails(dpager_store_open_id(pager, 0), ENOENT, DPAGER_DETAIL_ID), "id 0");
	ok(fails(dpager_store_open_id(pager, id + 1), ENOENT, DPAGER_DETAIL_ID), "no such id");
	ok(!dpager_stores(pager, &entries, &count) && count == 1 && entries[0].id == id &&
	   entries[0].priority == 5 && !strcmp(entries[0].name, "native"), "list it");
	free(entries);
}

static void segments(void)
{
	struct dpager_segment_entry *entries;
	uint64_t ids[SEGMENTS], pages;
	size_t count = 77, i;
	int wrong = 0;

	ok(!dpager_segments(store, &entries, &count) && !count && entries, "no segments");
	free(entries);
	for (i = 0; i < SEGMENTS; i++)
		wrong += dpager_add_segment(store, disk, 16 * i, 16, 4096, 0, &ids[i], &pages) ||
			 pages != 16;
	ok_equal(wrong, 0, "add many");
	ok(!dpager_segments(store, &entries, &count) && count == SEGMENTS, "list all of them");
	for (i = 0; i < count && i < SEGMENTS; i++)
		wrong += entries[i].id != ids[i] || entries[i].offset != i * 16 * PAGE;
	ok_equal(wrong, 0, "in order");
	free(entries);
	ok(fails(dpager_add_segment(store, disk, 0, 16, 4096, 0, &ids[0], NULL), EEXIST,
		 DPAGER_DETAIL_OVERLAP), "one twice");
	for (i = 1; i < SEGMENTS; i++)
		wrong += dpager_remove_segment(store, ids[i], 0, NULL);
	ok_equal(wrong, 0, "remove all but one");
	ok(fails(dpager_remove_segment(store, ids[1], 0, NULL), ENOENT, DPAGER_DETAIL_ID),
	   "one that is gone");
	ok(!dpager_remove_segment(store, ids[0], 0, NULL), "remove that, too");
}

static void ranges(int object)
{
	struct dpager_page_range *found;
	size_t count, i;
	int wrong = 0;

	ok(!dpager_object_pages(object, &found, &count) && count == PAGES / 2, "ranges, all of them");
	for (i = 0; i < count && i < PAGES / 2; i++)
		wrong += found[i].first != 2 * i || found[i].count != 1;
	ok_equal(wrong, 0, "each as it was written");
	free(found);
}

static void objects(void)
{
	struct dpager_object_create create = { .bytes = PAGES * PAGE };
	struct dpager_object_entry *entries;
	struct dpager_object_info info;
	uint64_t id, bytes, pages;
	int object, again;
	size_t count, i;
	char *map;

	object = dpager_object_create(store, PAGES * PAGE - 1, 0, &id);
	ok(object >= 0, "create an object");
	again = dpager_object_open(pager, id, DPAGER_OBJECT_RDONLY, &bytes);
	ok(again >= 0 && bytes == PAGES * PAGE, "open it by id");
	close(again);
	map = dp_map(object, PAGES * PAGE);
	for (i = 0; i < PAGES; i += 2)
		map[i * PAGE] = 1;
	ok(!dpager_object_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages) &&
	   pages == PAGES / 2, "page it out");
	ranges(object);
	ok(!dpager_object_info(object, &info) && info.id == id && info.store == store_id &&
	   info.paged_out == PAGES / 2 * PAGE, "its figures");
	ok(fails(dpager_object_control(object, 9, 0, 0, NULL), EINVAL, DPAGER_DETAIL_OPERATION),
	   "no such operation");
	ok(fails(dpager_object_control(object, DPAGER_CONTROL_DROP, 1, 0, &pages), EINVAL,
		 DPAGER_DETAIL_ALIGNMENT), "half a page");
	ok(!dpager_objects(pager, &entries, &count) && count == 1 && entries[0].id == id, "list it");
	free(entries);
	again = dpager_object_create_with(pager, &create);
	ok(again >= 0 && create.id > id && create.sequence, "one of the pager");
	close(again);
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(pager);
}

static void *other_thread(void *unused)
{
	(void)unused;
	if (dpager_detail() || !fails(dpager_store_open_id(pager, 0), ENOENT, DPAGER_DETAIL_ID))
		return NULL;
	return &store;
}

static void details(void)
{
	struct dpager_info info;
	pthread_t thread;
	void *result;

	ok(fails(dpager_store_open(pager, "", NULL), EINVAL, DPAGER_DETAIL_NAME), "a detail");
	if (pthread_create(&thread, NULL, other_thread, NULL) || pthread_join(thread, &result))
		bail("no thread");
	ok(result == &store, "is not another thread's");
	ok_equal(dpager_detail(), DPAGER_DETAIL_NAME, "nor is that one's ours");
	ok(!dpager_info(pager, &info) && info.page_size == PAGE, "a success");
	ok_equal(dpager_detail(), DPAGER_DETAIL_NONE, "leaves none");
	ok(fails(dpager_info(store, &info), ENOTTY, 0), "a store is no pager");
}

/* What was in use is told, and where it went. */
static void evacuated(uint64_t id)
{
	struct dpager_evacuate evacuate = { .rate = 1ULL << 40, .deadline_ms = 60000 };
	int object = dpager_object_create(pager, PAGES * PAGE, 0, NULL);

	kern_page_out(object, PAGES);
	ok(!dpager_remove_segment(store, id, DPAGER_EVACUATE_DRY_RUN | DPAGER_EVACUATE_MEMORY,
				  &evacuate) && evacuate.pages == PAGES, "a dry run");
	ok(fails(dpager_remove_segment(store, id, DPAGER_EVACUATE_NOTHING, &evacuate), EBUSY,
		 DPAGER_DETAIL_IN_USE) && evacuate.pages == PAGES, "figures of a failure");
	evacuate.deadline_ms = 60000;
	ok(!dpager_store_delete(store, DPAGER_EVACUATE_MEMORY, &evacuate) &&
	   evacuate.moved == PAGES && !evacuate.lost, "delete, back to memory");
	ok(fails(dpager_store_delete(store, 0, NULL), ESTALE, 0), "delete it twice");
	close(object);
	dp_settle(pager);
}

int main(void)
{
	struct dpager_store_info info;
	uint64_t segment;

	pager = dpager_open(O_RDWR);
	disk = block_open("/dev/vda", O_RDWR);
	stores();
	ok(!dpager_store_info(store, DPAGER_STORE_INFO_BASIC, &info) && info.id == store_id,
	   "the store's figures");
	ok(fails(dpager_store_info(store, 9, &info), EINVAL, DPAGER_DETAIL_OPERATION),
	   "no such flavor");
	segments();
	if (dpager_add_segment(store, disk, 4096, 2048, 4096, 0, &segment, NULL))
		bail("no segment");
	objects();
	details();
	evacuated(segment);
	return tap_done();
}
