// SPDX-License-Identifier: GPL-2.0
/* OBJECTS: the rules of lists, and that others' objects are not seen. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "listing.h"
#include "proc.h"

#define OBJECTS	6
#define UID	1234

static int pager, other;

static unsigned int list(int fd, struct dpager_object_entry *entries, unsigned int room)
{
	struct dpager_list list = {
		.entry_size = sizeof(*entries),
		.array = (uintptr_t)entries,
		.room = room,
	};

	if (dp_list(fd, DPAGER_IOC_OBJECTS, &list))
		return -1U;
	return list.total == list.count ? list.count : -2U;
}

static void figures(struct dp_scene *scene, uint64_t *ids)
{
	struct dpager_object_entry entries[OBJECTS + 1];
	struct dpager_store_info info;
	unsigned int i, wrong = 0;

	dp_store_info(scene->store, &info);
	ok_equal(list(pager, entries, OBJECTS + 1), OBJECTS, "all are listed");
	for (i = 0; i < OBJECTS; i++)
		wrong += entries[i].id != ids[i] || entries[i].bytes != (i + 1) * PAGE ||
			 entries[i].uid || entries[i].reserved ||
			 entries[i].store != (i == 3 ? info.id : 0) ||
			 entries[i].resident != (i == 4 ? PAGE : 0) ||
			 entries[i].paged_out != (i == 5 ? 2 * PAGE : 0);
	ok_equal(wrong, 0, "each entry has its figures");
}

/* This uid's own object, made by itself; then what it can see. */
static int sees_its_own(void *unused)
{
	struct dpager_object_entry entries[OBJECTS + 2];
	struct dpager_object_create create;
	struct dpager_info info;

	(void)unused;
	if (list(pager, entries, OBJECTS + 2) != 0)
		return 1;
	if (dp_object_create(pager, PAGE, 0, &create))
		return 2;
	if (list(pager, entries, OBJECTS + 2) != 1 || entries[0].id != create.id ||
	    entries[0].uid != UID)
		return 3;
	/* The other uid that looks has none, though it holds this descriptor. */
	if (dp_info(pager, &info) || info.objects < OBJECTS)
		return 4;
	return 0;
}

static int sees_nothing(void *unused)
{
	struct dpager_object_entry entries[OBJECTS + 2];

	(void)unused;
	return list(pager, entries, OBJECTS + 2);
}

/* Root of a user namespace is uid 1000 here, and has no privilege there. */
static int root_in_namespace(void *unused)
{
	struct dpager_object_entry entries[OBJECTS + 2];
	struct dpager_object_create create;

	(void)unused;
	if (list(pager, entries, OBJECTS + 2) != 0)
		return 1;
	if (dp_object_create(pager, PAGE, 0, &create))
		return 2;
	if (list(pager, entries, OBJECTS + 2) != 1 || entries[0].uid != 0)
		return 3;
	return 0;
}

int main(void)
{
	struct listing listing = {
		.name = "OBJECTS", .request = DPAGER_IOC_OBJECTS,
		.entry_size = sizeof(struct dpager_object_entry),
		.entries = OBJECTS, .total = OBJECTS,
	};
	int objects[OBJECTS], i;
	uint64_t ids[OBJECTS];
	struct dp_scene scene;
	char *map;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	listing.fd = pager = scene.pager;
	other = dp_pager_rdonly();
	for (i = 0; i < OBJECTS; i++)
		objects[i] = dp_object(i == 3 ? scene.store : pager, (i + 1) * PAGE, &ids[i]);
	map = dp_map(objects[4], PAGE);
	map[0] = 1;
	munmap(map, PAGE);
	map = dp_map(objects[5], 2 * PAGE);
	stamp_fill(map, 1, 0, 2, 1);
	dp_page_out(objects[5]);
	munmap(map, 2 * PAGE);
	figures(&scene, ids);
	listing_rules(&listing);
	ok_equal(proc_run_as(UID, sees_its_own, NULL), 0, "a user sees his own object only");
	ok_equal(proc_run_as(UID + 1, sees_nothing, NULL), 0, "another user sees none");
	ok_equal(proc_run_userns(root_in_namespace, NULL), 0,
		 "root of a user namespace sees his own, as uid 0");
	for (i = 0; i < OBJECTS; i++)
		close(objects[i]);
	close(other);
	dp_settle(pager);
	dp_scene_close(&scene);
	return tap_done();
}
