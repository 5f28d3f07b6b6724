// SPDX-License-Identifier: GPL-2.0
/* default_pager_triggers and default_pager_space_alert: each flag, once, by port and by message. */
#include <poll.h>
#include <sys/eventfd.h>

#include "kern.h"

#define BYTES	(16 * MiB)
#define OBJECT	(8 * MiB)
/* For an alert that must come, or must not; ms. */
#define SOON	5000
#define NEVER	300

static mach_port_t pager, store;
static int port;

static bool readable(int fd, int milliseconds)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, milliseconds) == 1 && poll_fd.revents & POLLIN;
}

/* The port was signalled, and is so no more. */
static bool signalled(int milliseconds)
{
	eventfd_t value;

	return readable(port, milliseconds) && !eventfd_read(port, &value);
}

static int alert(mach_port_t from)
{
	int flags = 0;

	return readable(from, SOON) && !default_pager_space_alert(from, &flags) ? flags : -1;
}

static void drop(memory_object_t object)
{
	uint64_t pages;

	if (dpager_object_control(object, DPAGER_CONTROL_DROP, 0, 0, &pages))
		bail("drop");
}

static void high_water(memory_object_t object, mach_port_t on, const char *what)
{
	ok_kern(default_pager_triggers(on, BYTES - MiB, 0, HI_WAT_ALERT, port), KERN_SUCCESS, 0, 0,
		"%s: HI_WAT_ALERT", what);
	ok(!signalled(NEVER), "%s: there is room", what);
	kern_page_out(object, OBJECT / PAGE);
	ok(signalled(SOON), "%s: it comes when space is low", what);
	ok_equal(alert(on), HI_WAT_ALERT, "%s: and says so", what);
	drop(object);
	kern_page_out(object, OBJECT / PAGE);
	ok(!signalled(NEVER), "%s: once", what);
	ok_kern(default_pager_triggers(on, BYTES - MiB, 0, HI_WAT_ALERT, port), KERN_SUCCESS, 0, 0,
		"%s: HI_WAT_ALERT with low space", what);
	ok(signalled(SOON), "%s: comes at once", what);
	drop(object);
}

static void low_water(memory_object_t object)
{
	int flags;

	kern_page_out(object, OBJECT / PAGE);
	ok_kern(default_pager_triggers(pager, 0, BYTES - MiB, LO_WAT_ALERT, port), KERN_SUCCESS, 0,
		0, "LO_WAT_ALERT");
	drop(object);
	do {
		flags = alert(pager);
	} while (flags == HI_WAT_ALERT);
	ok_equal(flags, LO_WAT_ALERT, "it comes when there is room");
	ok(signalled(SOON), "by the port, too");
	ok_kern(default_pager_triggers(pager, 0, MiB, LO_WAT_ALERT, port), KERN_SUCCESS, 0, 0,
		"LO_WAT_ALERT with room");
	ok(signalled(SOON), "comes at once");
}

static void both(memory_object_t object)
{
	ok_kern(default_pager_triggers(pager, BYTES - 4 * MiB, BYTES - MiB,
				       HI_WAT_ALERT | LO_WAT_ALERT, port), KERN_SUCCESS, 0, 0,
		"both alerts");
	kern_page_out(object, OBJECT / PAGE);
	ok_equal(alert(pager), HI_WAT_ALERT, "low");
	drop(object);
	ok_equal(alert(pager), LO_WAT_ALERT, "enough");
	kern_page_out(object, OBJECT / PAGE);
	ok_equal(alert(pager), HI_WAT_ALERT, "and low again");
	drop(object);
	ok_kern(default_pager_triggers(pager, 0, 0, HI_WAT_ALERT, MACH_PORT_NULL), KERN_SUCCESS, 0,
		0, "level 0 takes the trigger away");
}

struct row {
	int hi_wat;
	int lo_wat;
	int flags;
	kern_return_t kern;
	int error;
	uint32_t detail;
};

#define FLAGS		KERN_INVALID_ARGUMENT, EINVAL, DPAGER_DETAIL_FLAGS
#define LEVEL		KERN_INVALID_ARGUMENT, EINVAL, DPAGER_DETAIL_LEVEL
#define UNSUPPORTED	KERN_FAILURE, EOPNOTSUPP, 0

static const struct row rows[] = {
	{ 1, 1, 0, FLAGS },
	{ 1, 1, SWAP_COMPACT_DISABLE, FLAGS },
	{ 1, 1, SWAP_COMPACT_ENABLE, FLAGS },
	{ 1, 1, PROC_RESUME, FLAGS },
	{ 1, 1, HI_WAT_ALERT | SWAP_ENCRYPT_ON, FLAGS },
	{ 1, 1, 0x200, FLAGS },
	{ -1, 0, HI_WAT_ALERT, LEVEL },
	{ 0, -1, LO_WAT_ALERT, LEVEL },
	{ 2, 1, HI_WAT_ALERT | LO_WAT_ALERT, LEVEL },
	{ 0, 1, HI_WAT_ALERT | LO_WAT_ALERT, LEVEL },
	{ 0, 0, SWAP_ENCRYPT_ON, UNSUPPORTED },
	{ 0, 0, SWAP_ENCRYPT_OFF, UNSUPPORTED },
	{ 0, 0, SWAP_FILE_CREATION_ERROR, UNSUPPORTED },
	{ 0, 0, USE_EMERGENCY_SWAP_FILE_FIRST, UNSUPPORTED },
};

static void refused(void)
{
	unsigned int i;
	int flags;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok_kern(default_pager_triggers(pager, rows[i].hi_wat, rows[i].lo_wat, rows[i].flags,
					       port), rows[i].kern, rows[i].error, rows[i].detail,
			"levels %d and %d, flags %#x", rows[i].hi_wat, rows[i].lo_wat,
			rows[i].flags);
	ok_kern(default_pager_triggers(pager, MiB, 0, HI_WAT_ALERT, store), KERN_INVALID_ARGUMENT,
		EINVAL, DPAGER_DETAIL_EVENTFD, "a store for a port");
	ok_kern(default_pager_triggers(pager, MiB, 0, HI_WAT_ALERT, MACH_PORT_DEAD),
		KERN_INVALID_ARGUMENT, EBADF, DPAGER_DETAIL_EVENTFD, "a dead port");
	ok_kern(default_pager_triggers(pager, 0, MiB, LO_WAT_ALERT, MACH_PORT_NULL),
		KERN_INVALID_ARGUMENT, EINVAL, DPAGER_DETAIL_EVENTFD, "LO_WAT_ALERT without a port");
	ok_kern(default_pager_triggers(MACH_PORT_NULL, MiB, 0, HI_WAT_ALERT, port),
		KERN_INVALID_ARGUMENT, EBADF, 0, "the null port for the pager");
	ok_kern(default_pager_space_alert(MACH_PORT_NULL, &flags), KERN_INVALID_ARGUMENT, EBADF, 0,
		"an alert of the null port");
	ok_kern(default_pager_space_alert(dp_pager(), &flags), KERN_INVALID_ARGUMENT, EINVAL, 0,
		"an alert of a pager without a trigger");
}

int main(void)
{
	memory_object_t object;

	pager = kern_pager();
	store = kern_store(pager, -1);
	kern_segment(store, "/dev/vda", BYTES);
	port = eventfd(0, EFD_CLOEXEC);
	object = kern_object(pager, OBJECT);
	refused();
	high_water(object, pager, "pager");
	high_water(object, store, "store");
	low_water(object);
	both(object);
	close(object);
	kern_delete(pager, store);
	return tap_done();
}
