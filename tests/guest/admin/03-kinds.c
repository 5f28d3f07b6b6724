// SPDX-License-Identifier: GPL-2.0
/* ENOTTY: unknown calls, and each call on each descriptor of another kind. */
#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dp.h"

enum kind { PAGER = 1, STORE = 2, OBJECT = 4 };

static const struct {
	const char *name;
	unsigned long request;
	int kinds;
} calls[] = {
	{ "INFO", DPAGER_IOC_INFO, PAGER },
	{ "STORE_CREATE", DPAGER_IOC_STORE_CREATE, PAGER },
	{ "STORE_OPEN", DPAGER_IOC_STORE_OPEN, PAGER },
	{ "STORES", DPAGER_IOC_STORES, PAGER },
	{ "OBJECTS", DPAGER_IOC_OBJECTS, PAGER },
	{ "OBJECT_CREATE", DPAGER_IOC_OBJECT_CREATE, PAGER | STORE },
	{ "TRIGGERS", DPAGER_IOC_TRIGGERS, PAGER | STORE },
	{ "OBJECT_OPEN", DPAGER_IOC_OBJECT_OPEN, PAGER },
	{ "STORE_INFO", DPAGER_IOC_STORE_INFO, STORE },
	{ "ADD_SEGMENT", DPAGER_IOC_ADD_SEGMENT, STORE },
	{ "SEGMENTS", DPAGER_IOC_SEGMENTS, STORE },
	{ "REMOVE_SEGMENT", DPAGER_IOC_REMOVE_SEGMENT, STORE },
	{ "STORE_DELETE", DPAGER_IOC_STORE_DELETE, STORE },
	{ "CHECK", DPAGER_IOC_CHECK, PAGER },
	{ "UFFD_CREATE", DPAGER_IOC_UFFD_CREATE, PAGER },
	{ "UFFD_ATTACH", DPAGER_IOC_UFFD_ATTACH, PAGER },
	{ "ADD_FILE", DPAGER_IOC_ADD_FILE, STORE },
	{ "SET_SEGMENT", DPAGER_IOC_SET_SEGMENT, STORE },
	{ "RESIZE_SEGMENT", DPAGER_IOC_RESIZE_SEGMENT, STORE },
	{ "QUOTA", DPAGER_IOC_QUOTA, STORE },
	{ "QUOTAS", DPAGER_IOC_QUOTAS, STORE },
	{ "SEGMENT_MAP", DPAGER_IOC_SEGMENT_MAP, STORE },
	{ "OBJECT_STORES", DPAGER_IOC_OBJECT_STORES, OBJECT },
	{ "OBJECT_CONFINED", DPAGER_IOC_OBJECT_CONFINED, OBJECT },
	{ "OBJECT_LINK", DPAGER_IOC_OBJECT_LINK, OBJECT },
	{ "OBJECT_INFO", DPAGER_IOC_OBJECT_INFO, OBJECT },
	{ "OBJECT_PAGES", DPAGER_IOC_OBJECT_PAGES, OBJECT },
	{ "OBJECT_CONTROL", DPAGER_IOC_OBJECT_CONTROL, OBJECT },
};

#define CALLS	(sizeof(calls) / sizeof(*calls))

/* A struct of zeros: a right kind answers EINVAL for its size, never ENOTTY. */
static int try(int fd, unsigned long request)
{
	char room[512] = { };

	return ioctl(fd, request, room) ? errno : 0;
}

static void wrong_kinds(int fd, enum kind kind, const char *what)
{
	unsigned int i;

	for (i = 0; i < CALLS; i++)
		ok_errno(try(fd, calls[i].request), calls[i].kinds & kind ? EINVAL : ENOTTY,
			 "%s on %s", calls[i].name, what);
}

static bool known(unsigned int number)
{
	unsigned int i;

	for (i = 0; i < CALLS; i++)
		if (_IOC_NR(calls[i].request) == number)
			return true;
	return false;
}

static void unknown_numbers(int fd, const char *what)
{
	unsigned int number, answered = 0;

	for (number = 0; number < 256; number++)
		if (!known(number))
			answered += try(fd, _IOWR(DPAGER_IOC_MAGIC, number, int)) != ENOTTY;
	ok_equal(answered, 0, "unknown numbers on %s", what);
	ok_errno(try(fd, _IOWR('f', 1, int)), ENOTTY, "another magic on %s", what);
	/* Calls of terminals and sockets, which programs try on anything. */
	ok_errno(try(fd, 0x5401), ENOTTY, "TCGETS on %s", what);
}

/* Dispatch ignores the size in the number, and so the struct of later versions. */
static void size_in_the_number(int pager)
{
	struct dpager_info info = { .size = sizeof(info) };

	ok_errno(ioctl(pager, _IOWR(DPAGER_IOC_MAGIC, 1, char[200]), &info) ? errno : 0, 0,
		 "INFO with another size in its number");
	ok_equal(info.page_size, PAGE, "it answers");
	ok_errno(ioctl(pager, _IOWR(DPAGER_IOC_MAGIC, 1, char[4]), &info) ? errno : 0, 0,
		 "INFO with a small size in its number");
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, -1, 0, NULL);
	int object = dp_object(pager, PAGE, NULL);

	wrong_kinds(pager, PAGER, "a pager");
	wrong_kinds(store, STORE, "a store");
	wrong_kinds(object, OBJECT, "an object");
	unknown_numbers(pager, "a pager");
	unknown_numbers(store, "a store");
	unknown_numbers(object, "an object");
	size_in_the_number(pager);
	close(object);
	dp_settle(pager);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
