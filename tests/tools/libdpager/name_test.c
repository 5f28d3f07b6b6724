// SPDX-License-Identifier: GPL-2.0
/* Hurd's names of paging areas as names of stores: there, back, and no two alike. TAP. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mach/mach.h"

#define TEN	"abcdefghij"
#define SIXTY	TEN TEN TEN TEN TEN TEN

static int tests, failures;

static void ok(bool good, const char *what, const char *name)
{
	printf("%sok %d - %s: \"%s\"\n", good ? "" : "not ", ++tests, what, name);
	failures += !good;
}

static const struct {
	const char *area;
	const char *store;	/* NULL: it is refused */
} rows[] = {
	{ "fast", "fast" },
	{ "my_store", "my_store" },
	{ "a.b-c_9", "a.b-c_9" },
	{ SIXTY "123", SIXTY "123" },
	{ "/dev/hd0s5", "hurd-_2fdev_2fhd0s5" },
	{ "device:hd1", "hurd-device_3ahd1" },
	{ "/dev/a_b", "hurd-_2fdev_2fa__b" },
	{ "hurd-x", "hurd-hurd-x" },		/* else it would be taken for "x" */
	{ "\xff", "hurd-_ff" },
	{ " ", "hurd-_20" },
	{ "", NULL },
	{ SIXTY "1234", NULL },
	{ "/" SIXTY, NULL },
};

static void try_row(const char *area, const char *store)
{
	char encoded[DPAGER_NAME_SIZE], decoded[DPAGER_NAME_SIZE];

	if (name_encode(area, encoded)) {
		ok(!store, "refused", area);
		return;
	}
	ok(store && !strcmp(encoded, store), "encoded", area);
	ok(name_decode(encoded, decoded) == strlen(area) && !strcmp(decoded, area),
	   "and decoded", area);
}

/* Stores that somebody else named so: they are not areas'. */
static const char *const foreign[] = {
	"hurd-", "hurd-_", "hurd-_2", "hurd-_zz", "hurd-plain", "hurd-_2F", "hurd-_00", "hurd-_61",
	"store7",
};

static void try_foreign(const char *store)
{
	char decoded[DPAGER_NAME_SIZE];

	ok(name_decode(store, decoded) == strlen(store) && !strcmp(decoded, store),
	   "left as it is", store);
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		try_row(rows[i].area, rows[i].store);
	for (i = 0; i < sizeof(foreign) / sizeof(*foreign); i++)
		try_foreign(foreign[i]);
	printf("1..%d\n", tests);
	return failures != 0;
}
