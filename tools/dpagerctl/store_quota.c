// SPDX-License-Identifier: GPL-2.0
/* dpagerctl store quota */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "digits.h"
#include "object.h"
#include "size.h"

#define NO_LIMIT	UINT64_MAX

struct quota_row {
	struct dpager_quota quota;
	const char *user;
	int64_t percent;
};

#define FIELD(field, name, kind, help)	COLUMN(struct quota_row, field, name, kind, true, help)

static const struct column columns[] = {
	FIELD(user, "USER", CELL_TEXT, "whose objects"),
	FIELD(quota.uid, "UID", CELL_COUNT, "the same as a number"),
	FIELD(quota.bytes, "LIMIT", CELL_LIMIT, "most that they may take there; empty: no limit"),
	FIELD(quota.used, "USED", CELL_SIZE, "what they take now"),
	FIELD(percent, "USE%", CELL_PERCENT, "share of the limit"),
	{ .name = NULL }
};

static const struct option long_options[] = {
	TABLE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "store quota [options] STORE [USER [SIZE|none]]",
	.about = "Show how much of a store users' objects take and may take, or set a limit.\n"
		 "Pages above it stay in memory. Without USER, all users who have a limit or pages\n"
		 "there are listed. USER is a name or a number; STORE is a name, an id, or '#'\n"
		 "and an id.",
	.columns = columns,
	.short_options = TABLE_SHORT ARGS_SHORT,
	.long_options = long_options,
	.min = 1,
	.max = 3,
};

/* A number is a name first, as chown has it. */
static uint32_t user_id(const char *text)
{
	const struct passwd *user = getpwnam(text);
	const char *end = text;
	uint64_t uid;

	if (user)
		return user->pw_uid;
	if (!digits_parse(&end, &uid) || end == text || *end || uid >= UINT32_MAX)
		args_usage_fail("\"%s\" is neither a user's name nor a number", text);
	return uid;
}

static uint64_t limit(const char *text)
{
	return strcmp(text, "none") ? args_size("the quota", text) : NO_LIMIT;
}

static void add_quota(struct table *table, const struct dpager_quota *quota)
{
	struct quota_row row = { .quota = *quota, .percent = -1 };
	char number[16];

	row.user = object_user(quota->uid, number, sizeof(number));
	if (quota->bytes != NO_LIMIT && quota->used <= quota->bytes)
		row.percent = size_percent(quota->used, quota->bytes);
	else if (quota->bytes != NO_LIMIT)	/* the limit came later than the pages */
		row.percent = 100;
	table_add(table, &row);
}

/* Who is not in the list has neither limit nor pages. */
static struct dpager_quota find(const struct dpager_quota *quotas, size_t count, uint32_t uid)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (quotas[i].uid == uid)
			return quotas[i];
	return (struct dpager_quota){ .uid = uid, .bytes = NO_LIMIT };
}

static void show(int store, const char *user)
{
	struct dpager_quota *quotas, one;
	struct table *table;
	size_t count, i;

	quotas = call_list(store, DPAGER_IOC_QUOTAS, sizeof(*quotas), &count, "quotas");
	table = table_new("quotas", columns, TABLE_ROWS);
	if (user) {
		one = find(quotas, count, user_id(user));
		add_quota(table, &one);
	}
	for (i = 0; !user && i < count; i++)
		add_quota(table, &quotas[i]);
	table_print(table);
	free(quotas);
}

static void set(int store, const char *name, uint32_t uid, uint64_t bytes)
{
	struct dpager_quota quota = { .size = sizeof(quota), .uid = uid, .bytes = bytes };
	char number[16], most[SIZE_TEXT], used[SIZE_TEXT];
	const char *user = object_user(uid, number, sizeof(number));

	call(store, DPAGER_IOC_QUOTA, &quota, "set the quota of user %s on store \"%s\"", user,
	     name);
	size_print(most, sizeof(most), bytes);
	size_print(used, sizeof(used), quota.used);
	if (bytes == NO_LIMIT)
		printf("user %s has no limit on store \"%s\", and %s in use\n", user, name, used);
	else
		printf("user %s has at most %s on store \"%s\", and %s in use\n", user, most, name,
		       used);
}

/**
 * store_quota - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int store_quota(int argc, char **argv)
{
	struct dpager_store_open opened;
	uint64_t bytes = 0;
	uint32_t uid = 0;
	bool sets;
	int store;

	args_only_common(argc, argv, &syntax);
	sets = argc - optind == 3;
	if (sets) {	/* wrong usage is told before anything is tried */
		uid = user_id(argv[optind + 1]);
		bytes = limit(argv[optind + 2]);
	}
	store = call_store(call_pager(O_RDWR), argv[optind], &opened);
	if (sets)
		set(store, opened.name, uid, bytes);
	else
		show(store, argv[optind + 1]);
	return EXIT_OK;
}
