// SPDX-License-Identifier: GPL-2.0
/* STORE_CREATE: every bad row, what is in force, and nothing left of a refusal. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dp.h"

#define KiB	1024U

struct row {
	const char *what;
	int priority;
	uint32_t cluster;
	const char *name;
	int error;
	uint32_t detail;
	uint32_t in_force;
};

#define BAD_NAME	EINVAL, DPAGER_DETAIL_NAME, 0
#define BAD_PRIORITY	EINVAL, DPAGER_DETAIL_PRIORITY, 0
#define BAD_CLUSTER	EINVAL, DPAGER_DETAIL_CLUSTER, 0
#define LONGEST		"abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ_01234567."

static const struct row rows[] = {
	{ "priority -1", -1, 0, "", 0, 0, 128 * KiB },
	{ "priority 0", 0, 0, "", 0, 0, 128 * KiB },
	{ "priority 1", 1, 0, "", 0, 0, 128 * KiB },
	{ "priority 4", 4, 0, "", 0, 0, 128 * KiB },
	{ "priority 32767", 32767, 0, "", 0, 0, 128 * KiB },
	{ "priority 32768", 32768, 0, "", BAD_PRIORITY },
	{ "priority -2", -2, 0, "", BAD_PRIORITY },
	{ "the least priority", INT_MIN, 0, "", BAD_PRIORITY },
	{ "the greatest priority", INT_MAX, 0, "", BAD_PRIORITY },
	{ "priority 65535", 65535, 0, "", BAD_PRIORITY },
	{ "priority 65536", 65536, 0, "", BAD_PRIORITY },
	{ "cluster 1", 0, 1, "", 0, 0, 4 * KiB },
	{ "cluster 4095", 0, 4095, "", 0, 0, 4 * KiB },
	{ "cluster 4096", 0, 4096, "", 0, 0, 4 * KiB },
	{ "cluster 4097", 0, 4097, "", 0, 0, 8 * KiB },
	{ "cluster of 3 pages", 0, 3 * 4096, "", 0, 0, 16 * KiB },
	{ "cluster of 64 KiB", 0, 64 * KiB, "", 0, 0, 64 * KiB },
	{ "cluster of 65 KiB", 0, 65 * KiB, "", 0, 0, 128 * KiB },
	{ "cluster of 1 MiB + 1", 0, 1024 * KiB + 1, "", 0, 0, 2048 * KiB },
	{ "cluster of 2 MiB", 0, 2048 * KiB, "", 0, 0, 2048 * KiB },
	{ "cluster of 2 MiB + 1", 0, 2048 * KiB + 1, "", BAD_CLUSTER },
	{ "cluster of 3 MiB", 0, 3072 * KiB, "", BAD_CLUSTER },
	{ "cluster of 2 GiB", 0, 1U << 31, "", BAD_CLUSTER },
	{ "cluster -1", 0, -1U, "", BAD_CLUSTER },
	{ "a name of 1", -1, 0, "x", 0, 0, 128 * KiB },
	{ "a name of 63", -1, 0, LONGEST, 0, 0, 128 * KiB },
	{ "a name of 64", -1, 0, LONGEST "7", BAD_NAME },
	{ "a name with a slash", -1, 0, "a/b", BAD_NAME },
	{ "a name with a space", -1, 0, "a b", BAD_NAME },
	{ "a name with a line's end", -1, 0, "a\n", BAD_NAME },
	{ "a name with a percent sign", -1, 0, "%s", BAD_NAME },
	{ "a name above ASCII", -1, 0, "\xc3\xa4", BAD_NAME },
	{ "a name with a colon", -1, 0, "a:b", BAD_NAME },
};

static unsigned long long stores(int pager)
{
	struct dpager_info info;

	dp_info(pager, &info);
	return info.stores;
}

static void answers(const struct row *row, const struct dpager_store_create *create)
{
	struct dpager_store_info info;

	ok_equal(create->cluster, row->in_force, "%s: cluster in force", row->what);
	ok(*row->name ? !strcmp(create->name, row->name) :
	   !strncmp(create->name, "store", 5), "%s: name in force", row->what);
	ok(fcntl(create->fd, F_GETFD) == FD_CLOEXEC, "%s: close-on-exec", row->what);
	ok_errno(dp_store_info(create->fd, &info), 0, "%s: STORE_INFO", row->what);
	ok(info.priority == row->priority && info.cluster == row->in_force &&
	   info.id == create->id && !strcmp(info.name, create->name),
	   "%s: STORE_INFO says the same", row->what);
}

static void try_row(int pager, const struct row *row)
{
	struct dpager_store_create create = {
		.fd = -77,
		.priority = row->priority,
		.cluster = row->cluster,
	};
	unsigned long long before = stores(pager);
	int error;

	memcpy(create.name, row->name, strnlen(row->name, sizeof(create.name)));
	error = dp_store_create(pager, &create);
	ok_dp(error, row->error, row->detail, "%s", row->what);
	if (error) {
		ok_equal(stores(pager), before, "%s: nothing changed", row->what);
		return;
	}
	answers(row, &create);
	ok_errno(dp_store_delete(create.fd, NULL), 0, "%s: delete", row->what);
	close(create.fd);
}

static void names_are_taken(int pager)
{
	struct dpager_store_create create = { .priority = -1, .name = "taken" };
	int first = dp_store(pager, -1, 0, "taken");

	ok_dp(dp_store_create(pager, &create), EEXIST, DPAGER_DETAIL_NAME_TAKEN,
	      "a name that is taken");
	dp_store_delete(first, NULL);
	ok_dp(dp_store_create(pager, &create), 0, DPAGER_DETAIL_NONE,
	      "a name that is free again");
	dp_store_delete(create.fd, NULL);
}

/* A default name must not collide with one that someone chose before. */
static void default_names(int pager)
{
	struct dpager_store_create first = { .priority = -1 }, second, third;
	char next[DPAGER_NAME_SIZE];

	second = first;
	third = first;
	dp_store_create(pager, &first);
	snprintf(next, sizeof(next), "store%llu", (unsigned long long)first.id);
	ok(!strcmp(first.name, next), "the default name is store and the id");
	snprintf(second.name, sizeof(second.name), "store%llu",
		 (unsigned long long)first.id + 2);
	dp_store_create(pager, &second);
	ok_equal(second.id, first.id + 1, "ids follow one another");
	if (!dp_store_create(pager, &third))
		ok(strcmp(third.name, second.name), "a default name that someone has taken is not given twice");
	else
		ok(dp_detail == DPAGER_DETAIL_NAME_TAKEN, "a default name that someone has taken is refused");
	dp_store_delete(first.fd, NULL);
	dp_store_delete(second.fd, NULL);
	dp_store_delete(third.fd, NULL);
}

int main(void)
{
	int pager = dp_pager();
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		try_row(pager, &rows[i]);
	names_are_taken(pager);
	default_names(pager);
	ok_equal(stores(pager), 0, "no store is left");
	return tap_done();
}
