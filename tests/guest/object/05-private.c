// SPDX-License-Identifier: GPL-2.0
/* Private mappings: copies are one's own, the object's pages never change. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

#define PAGES	128

struct scene {
	int object;
	uint64_t id;
	char *shared, *private;
};

static int child(void *argument)
{
	struct scene *scene = argument;

	if (stamp_verify(scene->private, scene->id, 0, PAGES, 2))
		return 1;
	stamp_fill(scene->private, scene->id, 0, PAGES, 3);
	return stamp_verify(scene->private, scene->id, 0, PAGES, 3) ? 2 : 0;
}

static void copies(struct scene *scene)
{
	ok_equal(stamp_verify(scene->private, scene->id, 0, PAGES, 1), 0,
		 "a private mapping reads the object");
	stamp_fill(scene->private, scene->id, 0, PAGES / 2, 2);
	dp_page_out(scene->object);
	ok_equal(stamp_verify(scene->shared, scene->id, 0, PAGES, 1), 0,
		 "its writes are not the object's");
	ok_equal(stamp_verify(scene->private, scene->id, 0, PAGES / 2, 2), 0,
		 "but its own, when the object is paged out");
	stamp_fill(scene->shared, scene->id, 0, PAGES, 2);
	ok_equal(stamp_verify(scene->private, scene->id, PAGES / 2, PAGES / 2, 2), 0,
		 "pages without copy follow the object");
	stamp_fill(scene->private, scene->id, 0, PAGES, 2);
	ok_equal(proc_run(child, scene), 0, "a child's copies are its own");
	ok_equal(stamp_verify(scene->private, scene->id, 0, PAGES, 2), 0,
		 "the parent's stay as they were");
	ok_equal(stamp_verify(scene->shared, scene->id, 0, PAGES, 2), 0, "and the object's");
}

static void forget_copies(struct scene *scene)
{
	stamp_fill(scene->private, scene->id, 0, PAGES, 9);
	madvise(scene->private, PAGES * PAGE, MADV_DONTNEED);
	ok_equal(stamp_verify(scene->private, scene->id, 0, PAGES, 2), 0,
		 "MADV_DONTNEED on the copies shows the object again");
}

/* Writing to a page that is paged out: read in, copied, the object's is clean. */
static void copy_of_what_is_out(struct scene *scene)
{
	struct dpager_object_info info;

	dp_page_out(scene->object);
	stamp_fill(scene->private, scene->id, 0, PAGES, 5);
	dp_object_info(scene->object, &info);
	ok_equal(info.dirty, 0, "copying what is paged out dirties nothing");
	ok_equal(stamp_verify(scene->shared, scene->id, 0, PAGES, 2), 0, "nor changes it");
}

int main(void)
{
	struct dp_scene dp;
	struct scene scene;

	dp_scene_open(&dp, "/dev/vda", 16 * MiB);
	scene.object = dp_object(dp.pager, PAGES * PAGE, &scene.id);
	scene.shared = dp_map(scene.object, PAGES * PAGE);
	stamp_fill(scene.shared, scene.id, 0, PAGES, 1);
	dp_page_out(scene.object);
	scene.private = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE,
			     scene.object, 0);
	copies(&scene);
	forget_copies(&scene);
	copy_of_what_is_out(&scene);
	munmap(scene.shared, PAGES * PAGE);
	munmap(scene.private, PAGES * PAGE);
	close(scene.object);
	dp_settle(dp.pager);
	dp_scene_close(&dp);
	return tap_done();
}
