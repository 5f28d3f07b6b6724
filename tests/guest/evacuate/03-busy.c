// SPDX-License-Identifier: GPL-2.0
/*
 * Segments are removed, there and back, while two processes verify and rewrite
 * pages at random, a third makes and drops objects, and a fourth asks for
 * figures: nobody is stopped, nobody sees a wrong page.
 *
 * guest: mem=512 timeout=400
 */
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "evacuation.h"
#include "proc.h"
#include "rounds.h"
#include "tenant.h"
#include "writers.h"

#define BYTES	(256 * MiB)
#define PAGES	32768UL
#define SMALL	64UL
/* Bytes a second: an evacuation takes 2 s or more, however fast the disk is. */
#define RATE	(64 * MiB)
/* Answers that each must have had during one evacuation. */
#define HANDFUL	5

/* All of it is shared. */
static struct {
	volatile bool enough;
	volatile uint64_t objects;
	volatile uint64_t polls;	/* that saw an evacuation under way */
} *count;

static int pager, store;
static struct tenant tenant;
static struct writers *writers;

static int one_object(void)
{
	uint64_t id, pages;
	int object = dp_object(store, SMALL * PAGE, &id), error;
	char *map = dp_map(object, SMALL * PAGE);

	stamp_fill(map, id, 0, SMALL, 1);
	error = dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	if (error)
		diag("page out of a small object: errno %d", error);
	if (!stamp_verify(map, id, 0, SMALL, 1))
		count->objects++;
	else
		error = -1;
	/* Half of them die with pages in memory and out. */
	if (count->objects % 2)
		stamp_fill(map, id, 0, SMALL / 2, 2);
	munmap(map, SMALL * PAGE);
	close(object);
	return error;
}

static int make_objects(void *unused)
{
	(void)unused;
	while (!count->enough)
		if (one_object())
			return 1;
	return 0;
}

/* Does one of the segments say that it is being evacuated? */
static int poll_segments(bool *under_way)
{
	struct dpager_segment_entry entries[2];
	struct dpager_list list = {
		.entry_size = sizeof(*entries),
		.array = (uintptr_t)entries,
		.room = 2,
	};
	int error = dp_list(store, DPAGER_IOC_SEGMENTS, &list);
	uint32_t i;

	*under_way = false;
	for (i = 0; !error && i < list.count; i++)
		if (entries[i].flags & DPAGER_SEGMENT_EVACUATING && entries[i].pages_planned)
			*under_way = true;
	return error;
}

/* An answer that came between two others which saw the evacuation was in it. */
static int poll_figures(void *unused)
{
	struct dpager_store_info info;
	bool before, after;
	int error = 0;

	(void)unused;
	while (!count->enough && !error) {
		error = poll_segments(&before);
		if (!error)
			error = dp_store_info(store, &info);
		if (!error)
			error = poll_segments(&after);
		if (!error && before && after)
			count->polls++;
		usleep(1000);
	}
	return error;
}

static uint64_t add(const char *path)
{
	return dp_segment_on(store, path, 0, BYTES);
}

/* The other disk comes, this one goes. */
static uint64_t move(uint64_t from, const char *path, const char *other)
{
	uint64_t accesses[WRITERS], objects = count->objects, polls = count->polls, to, i;
	struct dpager_evacuate figures = { .rate = RATE };
	int error;

	to = add(other);
	for (i = 0; i < WRITERS; i++)
		accesses[i] = writers->accesses[i];
	error = dp_remove_with(store, from, 0, &figures);
	ok_dp(error, 0, DPAGER_DETAIL_NONE, "%s goes", path);
	ok(figures.pages && figures.moved == figures.pages && !figures.lost,
	   "%s: all pages are moved", path);
	for (i = 0; i < WRITERS; i++)
		ok(writers->accesses[i] - accesses[i] >= HANDFUL, "%s: writer %d went on", path,
		   (int)i);
	ok(count->objects > objects, "%s: objects came and went", path);
	ok(count->polls - polls >= HANDFUL, "%s: figures were answered", path);
	diag("%llu pages; %llu and %llu accesses, %llu objects, %llu polls",
	     (unsigned long long)figures.pages,
	     (unsigned long long)(writers->accesses[0] - accesses[0]),
	     (unsigned long long)(writers->accesses[1] - accesses[1]),
	     (unsigned long long)(count->objects - objects),
	     (unsigned long long)(count->polls - polls));
	if (error)
		bail("%s is still there", path);
	ok_released(path, "moved");
	return to;
}

/* Out first, so that there is something to read, whatever the writers did. */
static uint64_t there_and_back(uint64_t segment)
{
	uint64_t pages;

	dp_control(tenant.object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	segment = move(segment, "/dev/vda", "/dev/vdb");
	dp_control(tenant.object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	return move(segment, "/dev/vdb", "/dev/vda");
}

int main(void)
{
	pid_t maker, poller;
	struct dpager_store_info info;
	uint64_t segment;
	unsigned int i;

	count = shared_memory(sizeof(*count));
	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	segment = add("/dev/vda");
	tenant_open(&tenant, pager, PAGES);
	writers = writers_start(&tenant, 500);
	maker = proc_start(make_objects, NULL);
	poller = proc_start(poll_figures, NULL);
	for (i = 0; i < rounds(3); i++)
		segment = there_and_back(segment);
	count->enough = true;
	writers_stop(writers);
	ok_equal(proc_wait(maker), 0, "objects were right");
	ok_equal(proc_wait(poller), 0, "figures were answered without an error");
	tenant_renew(&tenant, "at the end");
	dp_store_info(store, &info);
	ok(!info.pages_in_failed && !info.pages_out_failed, "nothing failed");
	tenant_close(&tenant);
	dp_settle(pager);
	ok_in_use(store, segment, 0, "at the end");
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	return tap_done();
}
