// SPDX-License-Identifier: GPL-2.0
/*
 * OBJECT_CREATE with RESERVE takes its space up front or fails, and what is set
 * aside can always be written, whatever others do.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "evacuation.h"
#include "tenant.h"

#define PAGES	1024ULL
#define HALF	(PAGES / 2)

static struct dp_scene scene;

static int reserve(uint64_t pages, struct dpager_object_create *create)
{
	return dp_object_create(scene.store, pages * PAGE, DPAGER_OBJECT_RESERVE, create);
}

static uint64_t set_aside(void)
{
	struct dpager_store_info info;

	if (dp_store_detail(scene.store, &info))
		bail("STORE_INFO");
	return info.pages_reserved;
}

static void refused(void)
{
	struct dpager_object_create create;
	int pager = dp_pager();

	ok_dp(reserve(PAGES + 1, &create), ENOSPC, DPAGER_DETAIL_NO_SPACE,
	      "more than there is");
	ok_equal(set_aside(), 0, "nothing is set aside then");
	ok_dp(dp_object_create(pager, PAGE, DPAGER_OBJECT_RESERVE, &create), EINVAL,
	      DPAGER_DETAIL_STORES, "on no store in particular");
	close(pager);
}

/* All of the store is promised: nobody else gets a slot. */
static void others_stay_out(void)
{
	struct dpager_object_create create;
	uint64_t pages, id;
	char *map;
	int other;

	ok_dp(reserve(PAGES, &create), 0, DPAGER_DETAIL_NONE, "all there is");
	ok_equal(set_aside(), PAGES, "it is set aside");
	other = dp_object(scene.store, HALF * PAGE, &id);
	map = dp_map(other, HALF * PAGE);
	stamp_fill(map, id, 0, HALF, 1);
	ok_dp(dp_control(other, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "others find the store full");
	ok_equal(stamp_verify(map, id, 0, HALF, 1), 0, "and lose nothing");
	close(create.fd);
	dp_settle_to(scene.pager, 1);
	ok_equal(set_aside(), 0, "with the object its space is there again");
	ok_equal(dp_page_out(other), HALF, "for others");
	munmap(map, HALF * PAGE);
	close(other);
	dp_settle(scene.pager);
}

/* Others fill what they may; then every page of ours goes out, and again. */
static void always_written(void)
{
	struct dpager_object_create create;
	struct tenant other;
	uint64_t pages, age;
	char *map;

	ok_dp(reserve(HALF, &create), 0, DPAGER_DETAIL_NONE, "half of it");
	tenant_open(&other, scene.store, HALF);
	map = dp_map(create.fd, HALF * PAGE);
	for (age = 1; age <= 5; age++) {
		stamp_fill(map, create.id, 0, HALF, age);
		tenant_rewrite(&other, 0, HALF);
		dp_control(other.object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
		ok_dp(dp_control(create.fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), 0,
		      DPAGER_DETAIL_NONE, "generation %llu goes out", (unsigned long long)age);
		ok_equal(stamp_verify(map, create.id, 0, HALF, age), 0, "and comes back");
	}
	ok_equal(set_aside(), 0, "all that was set aside is used");
	ok_errno(dp_control(create.fd, DPAGER_CONTROL_DROP, 0, HALF / 2 * PAGE, &pages), 0,
		 "half of ours is dropped");
	ok_equal(set_aside(), HALF / 2, "and is set aside again");
	tenant_renew(&other, "the other");
	stamp_fill(map, create.id, 0, HALF, 6);
	ok_equal(dp_page_out(create.fd), HALF, "and is there when it is wanted");
	ok_equal(stamp_verify(map, create.id, 0, HALF, 6), 0, "every page is right");
	munmap(map, HALF * PAGE);
	close(create.fd);
	tenant_close(&other);
	dp_settle(scene.pager);
}

/* What is set aside is not given away with a segment. */
static void not_taken_away(void)
{
	struct dpager_object_create create;
	struct dpager_evacuate figures;
	struct dpager_set_segment set = { .set = DPAGER_SEGMENT_DRAINING, .id = scene.segment };

	ok_dp(reserve(HALF, &create), 0, DPAGER_DETAIL_NONE, "half of it");
	ok_dp(evacuate(scene.store, scene.segment, 0, &figures), ENOSPC, DPAGER_DETAIL_NO_SPACE,
	      "the only segment is not removed");
	ok_dp(dp_call(scene.store, DPAGER_IOC_SET_SEGMENT, &set, sizeof(set)), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "nor drained");
	ok_usable(scene.store, scene.segment, "after that");
	close(create.fd);
	dp_settle(scene.pager);
}

int main(void)
{
	dp_scene_open(&scene, "/dev/vda", PAGES * PAGE);
	refused();
	others_stay_out();
	always_written();
	not_taken_away();
	dp_scene_close(&scene);
	return tap_done();
}
