// SPDX-License-Identifier: GPL-2.0
/*
 * default_pager_object_create, with seqnos_ too, on the pager and on a store;
 * default_pager_object_pages, default_pager_object_set_size.
 */
#include <signal.h>

#include "kern.h"

#define BAD_SIZE	KERN_INVALID_ARGUMENT

static mach_port_t pager, store;

/* Zeros, shareable, and gone with it, as memory of vm_allocate. */
static void is_memory(memory_object_t object, vm_size_t bytes, const char *what)
{
	char *map = dp_map(object, bytes);

	ok(!map[0] && !map[bytes - 1], "%s: zeros at first", what);
	map[bytes - 1] = 7;
	munmap(map, bytes);
	map = dp_map(object, bytes);
	ok(map[bytes - 1] == 7, "%s: and what was written then", what);
	munmap(map, bytes);
	ok(fcntl(object, F_GETFD) == FD_CLOEXEC, "%s: close-on-exec", what);
}

static void created(void)
{
	memory_object_t object = 77;

	ok_kern(default_pager_object_create(pager, &object, MiB + 1), KERN_SUCCESS, 0, 0,
		"an object of the pager");
	is_memory(object, MiB + PAGE, "the pager's");
	ok_kern(mach_port_deallocate(mach_task_self(), object), KERN_SUCCESS, 0, 0, "close it");
	ok_kern(default_pager_object_create(store, &object, PAGE), KERN_SUCCESS, 0, 0,
		"an object of a store");
	is_memory(object, PAGE, "the store's");
	close(object);
}

static void refused(void)
{
	memory_object_t object = 77;
	int rdonly = dp_pager_rdonly();

	ok_kern(default_pager_object_create(pager, &object, 0), BAD_SIZE, EINVAL,
		DPAGER_DETAIL_OBJECT_SIZE, "0 bytes");
	ok_kern(default_pager_object_create(pager, &object, ~0UL), BAD_SIZE, EFBIG,
		DPAGER_DETAIL_OBJECT_SIZE, "2^64 - 1 bytes");
	ok_kern(default_pager_object_create(MACH_PORT_NULL, &object, PAGE), KERN_INVALID_ARGUMENT,
		EBADF, 0, "the null port");
	ok_kern(default_pager_object_create(MACH_PORT_DEAD, &object, PAGE), KERN_INVALID_ARGUMENT,
		EBADF, 0, "a dead port");
	ok_kern(default_pager_object_create(1, &object, PAGE), KERN_INVALID_ARGUMENT, ENOTTY, 0,
		"another port");
	ok_kern(default_pager_object_create(rdonly, &object, PAGE), KERN_PROTECTION_FAILURE,
		EACCES, DPAGER_DETAIL_MODE, "a pager for reading");
	ok_equal(object, 77, "nothing is answered then");
	close(rdonly);
}

/* Messages are numbered by the port they come to. */
static void numbered(void)
{
	mach_port_t port = dp_pager();
	memory_object_t first, second;

	ok_kern(seqnos_default_pager_object_create(port, 1, &first, PAGE), KERN_SUCCESS, 0, 0,
		"with a sequence number");
	ok_equal(dpager_mach_seqno(), 1, "the first call on its port");
	ok_kern(seqnos_default_pager_object_create(port, 9, &second, PAGE), KERN_SUCCESS, 0, 0,
		"with any other");
	ok_equal(dpager_mach_seqno(), 2, "the second");
	close(first);
	close(second);
	close(port);
}

static bool pages_are(memory_object_t object, const vm_offset_t *wanted, unsigned int count)
{
	mach_msg_type_number_t i, found = 77;
	default_pager_page_array_t pages;
	bool good = true;

	if (default_pager_object_pages(pager, object, &pages, &found) || found != count)
		return false;
	for (i = 0; i < found; i++)
		good &= pages[i].dpp_offset == wanted[i];
	vm_deallocate(mach_task_self(), (vm_address_t)pages, found * sizeof(*pages));
	return good && (found || !pages);
}

static void pages(void)
{
	static const vm_offset_t wanted[] = { 0, PAGE, 100 * PAGE, 65536UL * PAGE };
	memory_object_t object = kern_object(pager, 512 * MiB);
	char *map = dp_map(object, 512 * MiB);
	mach_msg_type_number_t count;
	default_pager_page_array_t none;
	unsigned int i;

	ok(pages_are(object, NULL, 0), "a new object has no page on backing store");
	for (i = 0; i < 4; i++)
		map[wanted[i]] = i + 1;
	ok(pages_are(object, NULL, 0), "nor has one in memory");
	dp_page_out(object);
	ok(pages_are(object, wanted, 4), "each that was written out has its offset");
	ok_kern(default_pager_object_pages(pager, store, &none, &count), KERN_INVALID_ARGUMENT,
		ENOTTY, 0, "pages of a store");
	ok_kern(default_pager_object_pages(object, object, &none, &count), KERN_INVALID_ARGUMENT,
		ENOTTY, 0, "an object is no pager");
	munmap(map, 512 * MiB);
	close(object);
}

static void sized(memory_object_t object, vm_size_t bytes)
{
	ok_kern(default_pager_object_set_size(object, bytes), KERN_SUCCESS, 0, 0,
		"set_size %lu", (unsigned long)bytes);
	ok_equal(lseek(object, 0, SEEK_END), bytes, "is the size");
}

/* Nothing, and multiples of what a block of a page map covers: Hurd fell over those. */
static void cut(memory_object_t object, uint64_t id)
{
	static const uint64_t pages[] = { 0, 32, 64, 1024, 1, 33 };
	char *map = dp_map(object, 2048 * PAGE);
	unsigned int i;

	for (i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
		sized(object, 2048 * PAGE);
		stamp_fill(map, id, 0, 2048, 1);
		dp_page_out(object);
		sized(object, pages[i] * PAGE);
		ok_equal(probe_read(map + pages[i] * PAGE), SIGBUS, "an error behind the limit");
		ok(pages_are(object, NULL, 0) == !pages[i], "its pages are those before the limit");
		ok_equal(stamp_verify(map, id, 0, pages[i], 1), 0, "which are as they were");
		sized(object, 2048 * PAGE);
		ok_equal(pages_not_zero(map, pages[i], 2048 - pages[i]), 0, "zeros behind them");
	}
	memset(map, 'x', PAGE);
	sized(object, 100);
	map[100] = 'y';
	sized(object, PAGE);
	ok(map[99] == 'x' && !map[100] && !map[PAGE - 1], "zeros to the byte");
	munmap(map, 2048 * PAGE);
}

/* What is no object is never cut. */
static void set_size(void)
{
	struct dpager_object_create create;
	int file = open("/tmp/dp-file", O_RDWR | O_CREAT, 0600);

	if (file < 0 || write(file, "text", 4) != 4)
		bail("no file");
	if (dp_object_create(pager, MiB, 0, &create))
		bail("no object");
	ok_kern(default_pager_object_set_size(file, 0), KERN_INVALID_ARGUMENT, ENOTTY, 0,
		"set_size of a file");
	ok_equal(lseek(file, 0, SEEK_END), 4, "leaves it alone");
	ok_kern(default_pager_object_set_size(create.fd, ~0UL), KERN_INVALID_ARGUMENT, EFBIG,
		DPAGER_DETAIL_OBJECT_SIZE, "set_size above the largest file");
	cut(create.fd, create.id);
	close(create.fd);
	if (dp_object_create(pager, MiB, DPAGER_OBJECT_RDONLY, &create))
		bail("no object");
	ok_kern(default_pager_object_set_size(create.fd, 0), KERN_PROTECTION_FAILURE, EACCES,
		DPAGER_DETAIL_MODE, "set_size by a port for reading");
	close(create.fd);
	/* Slots of what was closed are free a little later. */
	dp_settle(pager);
	if (dp_object_create(store, MiB, DPAGER_OBJECT_RESERVE, &create))
		bail("no object");
	ok_kern(default_pager_object_set_size(create.fd, 17 * MiB), KERN_FAILURE, ENOSPC, 0,
		"set_size above the space there is to be set aside");
	sized(create.fd, 16 * MiB);
	close(create.fd);
	close(file);
	unlink("/tmp/dp-file");
	dp_settle(pager);
}

int main(void)
{
	pager = kern_pager();
	store = kern_store(pager, -1);
	kern_segment(store, "/dev/vda", 16 * MiB);
	created();
	refused();
	numbered();
	pages();
	set_size();
	kern_delete(pager, store);
	return tap_done();
}
