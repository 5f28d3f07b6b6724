// SPDX-License-Identifier: GPL-2.0
/* default_pager_objects: all of them, with ports that work, and nothing left of a failure. */
#include <sys/resource.h>

#include "kern.h"
#include "proc.h"

/* More than the library reads in a step. */
#define OBJECTS	150

static mach_port_t pager, store;
static memory_object_t ports[OBJECTS];

static int descriptors(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static bool is_right(const default_pager_object_t *object, mach_port_t port, int i)
{
	struct dpager_object_info info;

	return MACH_PORT_VALID(port) && !dpager_object_info(port, &info) &&
	       info.id == object->dpo_object && info.bytes == (i + 1) * PAGE &&
	       object->dpo_size == (i == 7 ? 8 * PAGE : 0);
}

static void all(void)
{
	mach_msg_type_number_t objects_count, ports_count, i;
	default_pager_object_array_t objects;
	mach_port_array_t found;
	int wrong = 0;

	ok_kern(default_pager_objects(pager, &objects, &objects_count, &found, &ports_count),
		KERN_SUCCESS, 0, 0, "list them");
	if (!ok(objects_count == OBJECTS && ports_count == OBJECTS, "all of them"))
		return;
	for (i = 0; i < objects_count; i++) {
		wrong += !is_right(&objects[i], found[i], i);
		mach_port_deallocate(mach_task_self(), found[i]);
	}
	ok_equal(wrong, 0, "each with its figures and a port of its own");
	ok_kern(vm_deallocate(mach_task_self(), (vm_address_t)objects,
			      objects_count * sizeof(*objects)), KERN_SUCCESS, 0, 0, "give back");
	ok_kern(vm_deallocate(mach_task_self(), (vm_address_t)found, ports_count * sizeof(*found)),
		KERN_SUCCESS, 0, 0, "give back the ports' array");
}

static void no_room(void)
{
	struct rlimit limit = { 0, 4096 };
	mach_msg_type_number_t objects_count = 77, ports_count = 77;
	default_pager_object_array_t objects;
	int before = descriptors();
	mach_port_array_t found;

	limit.rlim_cur = before + 40;
	setrlimit(RLIMIT_NOFILE, &limit);
	ok_kern(default_pager_objects(pager, &objects, &objects_count, &found, &ports_count),
		KERN_RESOURCE_SHORTAGE, EMFILE, 0, "no descriptors for all the ports");
	limit.rlim_cur = 4096;
	setrlimit(RLIMIT_NOFILE, &limit);
	ok(objects_count == 77 && ports_count == 77, "nothing is answered");
	ok_equal(descriptors(), before, "no port is left open");
}

static int sees_none(void *unused)
{
	mach_msg_type_number_t objects_count = 77, ports_count = 77;
	default_pager_object_array_t objects;
	mach_port_array_t found;

	(void)unused;
	return default_pager_objects(pager, &objects, &objects_count, &found, &ports_count) ||
	       objects_count || ports_count || objects || found;
}

int main(void)
{
	int i, rdonly = dp_pager_rdonly();
	mach_msg_type_number_t count;
	default_pager_object_array_t objects;
	mach_port_array_t found;

	pager = kern_pager();
	store = kern_store(pager, -1);
	kern_segment(store, "/dev/vda", 16 * MiB);
	ok_equal(sees_none(NULL), 0, "none at first: empty arrays");
	for (i = 0; i < OBJECTS; i++)
		ports[i] = kern_object(pager, (i + 1) * PAGE);
	kern_page_out(ports[7], 8);
	all();
	no_room();
	ok_equal(proc_run_as(PROC_NOBODY, sees_none, NULL), 0, "others' are not seen");
	ok_kern(default_pager_objects(rdonly, &objects, &count, &found, &count),
		KERN_PROTECTION_FAILURE, EACCES, DPAGER_DETAIL_MODE, "a pager for reading has no ports");
	ok_kern(default_pager_objects(store, &objects, &count, &found, &count),
		KERN_INVALID_ARGUMENT, ENOTTY, 0, "a store is no pager");
	for (i = 0; i < OBJECTS; i++)
		close(ports[i]);
	close(rdonly);
	kern_delete(pager, store);
	return tap_done();
}
