// SPDX-License-Identifier: GPL-2.0
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "reuse.h"

#define PAGES		4UL
#define SLOTS		6UL
/* Each so many cycles the objects are new ones, with new ids. */
#define LIFETIME	50

static int pager, store;

struct owner {
	int object;
	uint64_t id;
	char *map;
};

static void owner_open(struct owner *owner)
{
	owner->object = dp_object(store, PAGES * PAGE, &owner->id);
	owner->map = dp_map(owner->object, PAGES * PAGE);
}

static void owner_close(struct owner *owner)
{
	munmap(owner->map, PAGES * PAGE);
	close(owner->object);
}

/*
 * The owner pages out @used pages and drops them, each second time after they
 * were read in; what was never written and what was dropped is zeros.
 */
static uint64_t cycle(struct owner *owner, uint64_t number)
{
	uint64_t used = 1 + number % (PAGES - 1), wrong, pages;

	stamp_fill(owner->map, owner->id, 0, used, number);
	wrong = dp_control(owner->object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages) != 0;
	if (number / 2 % 2) {
		wrong += stamp_verify(owner->map, owner->id, 0, used, number);
		wrong += pages_not_zero(owner->map, used, PAGES - used);
	}
	wrong += dp_control(owner->object, DPAGER_CONTROL_DROP, 0, 0, &pages) != 0;
	wrong += pages != used;
	return wrong + pages_not_zero(owner->map, 0, PAGES);
}

static uint64_t lifetime(uint64_t first)
{
	struct owner owners[2];
	uint64_t number, wrong = 0;

	owner_open(&owners[0]);
	owner_open(&owners[1]);
	for (number = first; number < first + LIFETIME; number++)
		wrong += cycle(&owners[number % 2], number);
	/* One of them ends with pages on the store. */
	stamp_fill(owners[0].map, owners[0].id, 0, PAGES - 1, number);
	dp_page_out(owners[0].object);
	owner_close(&owners[0]);
	owner_close(&owners[1]);
	dp_settle(pager);
	return wrong;
}

void reuse_run(unsigned int cycles)
{
	uint64_t number, wrong = 0;
	struct dpager_store_info info;
	struct dp_scene scene;

	dp_scene_open(&scene, "/dev/vda", SLOTS * PAGE);
	pager = scene.pager;
	store = scene.store;
	for (number = 0; number < cycles && !wrong; number += LIFETIME)
		wrong += lifetime(number);
	ok_equal(wrong, 0, "%llu cycles: each page is zeros or its own",
		 (unsigned long long)number);
	dp_store_info(store, &info);
	ok(info.pages_out >= number, "each cycle paged out");
	ok_equal(info.pages_free, SLOTS, "every slot is free at the end");
	dp_scene_close(&scene);
}
