// SPDX-License-Identifier: GPL-2.0
/* OBJECT_CREATE: sizes from nothing to 2^64, rounding, and what is answered. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dp.h"

struct row {
	const char *what;
	uint64_t bytes;
	int error;
	uint64_t in_force;
};

#define TOP	(1ULL << 63)

static const struct row rows[] = {
	{ "size 0", 0, EINVAL, 0 },
	{ "size 1", 1, 0, PAGE },
	{ "a page", PAGE, 0, PAGE },
	{ "a page and 1", PAGE + 1, 0, 2 * PAGE },
	{ "4 GiB", 4 * GiB, 0, 4 * GiB },
	{ "4 GiB and 1", 4 * GiB + 1, 0, 4 * GiB + PAGE },
	{ "16 TiB", 16 * TiB, 0, 16 * TiB },
	{ "2^47", 1ULL << 47, 0, 1ULL << 47 },
	{ "2^62", 1ULL << 62, 0, 1ULL << 62 },
	{ "2^63 - 2 pages", TOP - 2 * PAGE, 0, TOP - 2 * PAGE },
	{ "2^63 - 4095: rounds to 2^63", TOP - PAGE + 1, EFBIG, 0 },
	{ "2^63 - 1: rounds to 2^63", TOP - 1, EFBIG, 0 },
	{ "2^63", TOP, EFBIG, 0 },
	{ "2^63 + 1", TOP + 1, EFBIG, 0 },
	{ "2^64 - 4096", -PAGE, EFBIG, 0 },
	{ "2^64 - 1: rounds to 0", -1ULL, EFBIG, 0 },
};

static void try_row(int pager, const struct row *row)
{
	struct dpager_object_create create;
	struct dpager_object_info info;
	struct dpager_info figures;
	struct stat stat;
	int error;

	error = dp_object_create(pager, row->bytes, 0, &create);
	ok_dp(error, row->error, error ? DPAGER_DETAIL_OBJECT_SIZE : 0, "%s", row->what);
	if (error) {
		dp_info(pager, &figures);
		ok_equal(figures.objects, 0, "%s: nothing is left of it", row->what);
		return;
	}
	ok_equal(create.bytes, row->in_force, "%s: size in force", row->what);
	dp_object_info(create.fd, &info);
	ok(info.bytes == row->in_force && info.id == create.id && !info.flags,
	   "%s: OBJECT_INFO says the same", row->what);
	fstat(create.fd, &stat);
	ok((uint64_t)stat.st_size == row->in_force && S_ISREG(stat.st_mode),
	   "%s: so does fstat", row->what);
	ok(fcntl(create.fd, F_GETFD) == FD_CLOEXEC, "%s: close-on-exec", row->what);
	close(create.fd);
	dp_settle(pager);
}

/* The last page of the largest object works as the first. */
static void far_end(int pager, uint64_t bytes)
{
	int object;
	uint64_t last = bytes - PAGE, id, pages;
	char *map;

	object = dp_object(pager, bytes, &id);
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, object, last);
	if (!ok(map != MAP_FAILED, "map the last page of %#llx bytes", (unsigned long long)bytes))
		return;
	stamp_write(map, (struct stamp){ id, last / PAGE, 1 });
	ok_errno(dp_control(object, DPAGER_CONTROL_PAGE_OUT, last, PAGE, &pages), 0,
		 "page it out");
	ok_equal(pages, 1, "one page");
	ok(stamp_check(map, (struct stamp){ id, last / PAGE, 1 }) == STAMP_GOOD, "read it back");
	munmap(map, PAGE);
	close(object);
}

static void flags(int pager)
{
	struct dpager_object_create create;

	ok_dp(dp_object_create(pager, PAGE, 1U << 30, &create), EINVAL, DPAGER_DETAIL_FLAGS,
	      "an unknown flag");
	ok_dp(dp_object_create(pager, PAGE, 1U << 31 | 1, &create), EINVAL,
	      DPAGER_DETAIL_FLAGS, "an unknown flag beside a known one");
}

int main(void)
{
	struct dp_scene scene;
	unsigned int i;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		try_row(scene.pager, &rows[i]);
	far_end(scene.pager, 1ULL << 47);
	far_end(scene.pager, TOP - 2 * PAGE);
	far_end(scene.pager, 16 * TiB + PAGE);
	flags(scene.pager);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
