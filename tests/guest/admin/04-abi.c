// SPDX-License-Identifier: GPL-2.0
/*
 * The rules that every call follows: the struct's size, its unknown tail, flags,
 * reserved fields, pointers; and that a call that fails changes nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "handler.h"
#include "mounted.h"
#include "parity.h"

#define GUARD	0xa5
#define ROOM	1024

struct head {
	uint32_t size, flags, detail;
};

struct call {
	const char *name;
	unsigned long request;
	uint32_t first;			/* its size as first published */
	uint32_t size;
	int *on;			/* the descriptor it is for */
	void (*prepare)(void *argument);
	void (*undo)(void *argument);	/* of a success */
	uint32_t reserved;		/* offset of a reserved field */
};

static int pager, store, object, disk, victim, directory;
static uint64_t object_id;
static uint64_t segment;
static unsigned char room[ROOM], other_array[ROOM];

static void nothing(void *argument)
{
	(void)argument;
}

static void close_store(void *argument)
{
	struct dpager_store_create *create = argument;

	dp_store_delete(create->fd, NULL);
	close(create->fd);
}

static void open_id(void *argument)
{
	struct dpager_store_open *open = argument;

	strcpy(open->name, "abi");
}

static void close_opened(void *argument)
{
	close(((struct dpager_store_open *)argument)->fd);
}

static void one_page(void *argument)
{
	((struct dpager_object_create *)argument)->bytes = PAGE;
}

static void close_object(void *argument)
{
	close(((struct dpager_object_create *)argument)->fd);
	dp_settle_to(pager, 1);
}

static void the_object(void *argument)
{
	((struct dpager_object_open *)argument)->id = object_id;
}

static void close_opened_object(void *argument)
{
	close(((struct dpager_object_open *)argument)->fd);
}

static void a_list(void *argument)
{
	struct dpager_list *list = argument;

	list->entry_size = 8;
	list->array = (uintptr_t)other_array;
	list->room = 1;
}

static void basic(void *argument)
{
	((struct dpager_store_info *)argument)->flavor = DPAGER_STORE_INFO_BASIC;
}

static void a_segment(void *argument)
{
	struct dpager_add_segment *add = argument;

	add->device = disk;
	add->offset = 1000;
	add->count = 10;
	add->record_size = PAGE;
}

static void remove_added(void *argument)
{
	dp_remove(store, ((struct dpager_add_segment *)argument)->id, NULL);
}

static void the_segment(void *argument)
{
	((struct dpager_remove_segment *)argument)->id = segment;
}

static void add_again(void *argument)
{
	(void)argument;
	segment = dp_segment(store, disk, 0, MiB);
}

static void new_victim(void *argument)
{
	(void)argument;
	close(victim);
	victim = dp_store(pager, -1, 0, NULL);
}

static void a_level(void *argument)
{
	struct dpager_triggers *triggers = argument;

	triggers->eventfd = -1;
	triggers->low = PAGE;
}

static void remove_triggers(void *argument)
{
	(void)argument;
	dp_triggers(pager, 0, -1, 0, 0);
	dp_triggers(store, 0, -1, 0, 0);
}

static void page_in(void *argument)
{
	((struct dpager_object_control *)argument)->operation = DPAGER_CONTROL_PAGE_IN;
}

static void to_directory(void *argument)
{
	((struct dpager_object_link *)argument)->directory = directory;
}

static void close_linked(void *argument)
{
	close(((struct dpager_object_link *)argument)->fd);
}

static void close_handler(void *argument)
{
	close(((struct dpager_uffd_create *)argument)->fd);
}

static void *held_page;

/* A context without a handler, of a page that stays mapped. */
static void held(void *argument)
{
	static uint64_t id;
	struct dpager_uffd_create create = { .on_death = DPAGER_UFFD_HOLD };
	struct handler handler = { .pages = 1 };

	if (!id) {
		held_page = dp_map(object, PAGE);
		handler.map = held_page;
		if (dp_call(pager, DPAGER_IOC_UFFD_CREATE, &create, sizeof(create)))
			bail("DPAGER_IOC_UFFD_CREATE");
		handler.uffd = create.fd;
		handler_api(create.fd, 0);
		if (handler_register(&handler, 0, 1, HANDLER_MISSING))
			bail("register");
		close(create.fd);
		id = create.id;
	}
	((struct dpager_uffd_attach *)argument)->id = id;
}

static void close_attached(void *argument)
{
	close(((struct dpager_uffd_attach *)argument)->fd);
}

static void no_change(void *argument)
{
	((struct dpager_set_segment *)argument)->id = segment;
}

static void as_long(void *argument)
{
	struct dpager_resize_segment *resize = argument;

	resize->id = segment;
	resize->bytes = MiB;
}

static void no_limit(void *argument)
{
	((struct dpager_quota *)argument)->bytes = ~0ULL;
}

static void one_bucket(void *argument)
{
	struct dpager_segment_map *map = argument;

	map->id = segment;
	map->array = (uintptr_t)other_array;
	map->buckets = 1;
}

/* Of a struct that has not grown, and of one that grew behind @last. */
#define CALL(name, type, on, prepare, undo, reserved)	\
	{ #name, DPAGER_IOC_ ## name, sizeof(struct type), sizeof(struct type), on, \
	  prepare, undo, reserved }
#define GREW(name, type, last, on, prepare, undo, reserved)	\
	{ #name, DPAGER_IOC_ ## name, \
	  offsetof(struct type, last) + sizeof(((struct type *)0)->last), \
	  sizeof(struct type), on, prepare, undo, reserved }

static const struct call calls[] = {
	GREW(INFO, dpager_info, full, &pager, nothing, nothing, 0),
	CALL(STORE_CREATE, dpager_store_create, &pager, nothing, close_store, 0),
	CALL(STORE_OPEN, dpager_store_open, &pager, open_id, close_opened, 0),
	CALL(STORES, dpager_list, &pager, a_list, nothing, 0),
	CALL(OBJECTS, dpager_list, &pager, a_list, nothing, 0),
	GREW(OBJECT_CREATE, dpager_object_create, id, &pager, one_page, close_object,
	     offsetof(struct dpager_object_create, reserved)),
	GREW(OBJECT_CREATE, dpager_object_create, id, &store, one_page, close_object,
	     offsetof(struct dpager_object_create, reserved)),
	CALL(TRIGGERS, dpager_triggers, &pager, a_level, remove_triggers, 0),
	CALL(TRIGGERS, dpager_triggers, &store, a_level, remove_triggers, 0),
	CALL(OBJECT_OPEN, dpager_object_open, &pager, the_object, close_opened_object, 0),
	GREW(STORE_INFO, dpager_store_info, name, &store, basic, nothing, 0),
	CALL(ADD_SEGMENT, dpager_add_segment, &store, a_segment, remove_added,
	     offsetof(struct dpager_add_segment, reserved)),
	CALL(SEGMENTS, dpager_list, &store, a_list, nothing, 0),
	CALL(REMOVE_SEGMENT, dpager_remove_segment, &store, the_segment, add_again,
	     offsetof(struct dpager_remove_segment, reserved)),
	CALL(STORE_DELETE, dpager_store_delete, &victim, nothing, new_victim,
	     offsetof(struct dpager_store_delete, reserved)),
	CALL(SET_SEGMENT, dpager_set_segment, &store, no_change, nothing,
	     offsetof(struct dpager_set_segment, reserved)),
	CALL(RESIZE_SEGMENT, dpager_resize_segment, &store, as_long, nothing,
	     offsetof(struct dpager_resize_segment, reserved)),
	CALL(QUOTA, dpager_quota, &store, no_limit, nothing, 0),
	CALL(QUOTAS, dpager_list, &store, a_list, nothing, 0),
	CALL(SEGMENT_MAP, dpager_segment_map, &store, one_bucket, nothing, 0),
	CALL(CHECK, dpager_check, &pager, nothing, nothing, 0),
	CALL(UFFD_CREATE, dpager_uffd_create, &pager, nothing, close_handler,
	     offsetof(struct dpager_uffd_create, reserved)),
	CALL(UFFD_ATTACH, dpager_uffd_attach, &pager, held, close_attached, 0),
	CALL(OBJECT_STORES, dpager_object_stores, &object, nothing, nothing, 0),
	CALL(OBJECT_LINK, dpager_object_link, &object, to_directory, close_linked,
	     offsetof(struct dpager_object_link, reserved)),
	CALL(OBJECT_CONFINED, dpager_list, &object, a_list, nothing, 0),
	CALL(OBJECT_INFO, dpager_object_info, &object, nothing, nothing, 0),
	CALL(OBJECT_PAGES, dpager_list, &object, a_list, nothing, 0),
	CALL(OBJECT_CONTROL, dpager_object_control, &object, page_in, nothing, 0),
};

/* A struct that would succeed, at the end of which the guard begins. */
static struct head *fresh(const struct call *call)
{
	struct head *head = (struct head *)room;

	memset(room, GUARD, sizeof(room));
	memset(room, 0, call->size);
	head->size = call->size;
	head->detail = 99;
	call->prepare(room);
	return head;
}

static int issue(const struct call *call, void *argument)
{
	return ioctl(*call->on, call->request, argument) ? errno : 0;
}

static bool guard_is_whole(uint32_t from)
{
	for (; from < ROOM; from++)
		if (room[from] != GUARD)
			return false;
	return true;
}

static bool unchanged(const struct dpager_info *before)
{
	struct dpager_info after;

	dp_info(pager, &after);
	return after.stores == before->stores && after.segments == before->segments &&
	       after.objects == before->objects && after.total == before->total;
}

static void refused(const struct call *call, int error, uint32_t detail, const char *what)
{
	struct head *head = (struct head *)room;
	struct dpager_info before;
	int got;

	dp_info(pager, &before);
	got = issue(call, room);
	ok_errno(got, error, "%s: %s", call->name, what);
	if (head->size >= sizeof(*head))
		ok_equal(head->detail, detail, "%s: %s: detail", call->name, what);
	ok(unchanged(&before), "%s: %s: nothing changed", call->name, what);
	if (!got)
		call->undo(room);
}

static void succeeds(const struct call *call, const char *what)
{
	struct head *head = (struct head *)room;

	if (!ok_errno(issue(call, room), 0, "%s: %s", call->name, what))
		return;
	ok(!head->detail, "%s: %s: detail is 0", call->name, what);
	call->undo(room);
}

static void sizes(const struct call *call)
{
	struct head *head;

	head = fresh(call);
	succeeds(call, "its own size");
	ok(guard_is_whole(call->size), "%s: nothing is written behind it", call->name);
	head = fresh(call);
	head->size = 0;
	refused(call, EINVAL, DPAGER_DETAIL_SIZE, "size 0");
	head = fresh(call);
	head->size = 4;
	refused(call, EINVAL, DPAGER_DETAIL_SIZE, "size 4");
	head = fresh(call);
	head->size = call->first;
	succeeds(call, "its first size");
	head = fresh(call);
	head->size = call->first - 1;
	refused(call, EINVAL, DPAGER_DETAIL_SIZE, "one byte short");
	head = fresh(call);
	head->size = call->first - 8;
	refused(call, EINVAL, DPAGER_DETAIL_SIZE, "one field short");
}

static void tails(const struct call *call)
{
	struct head *head = fresh(call);

	memset(room + call->size, 0, 24);
	head->size = call->size + 24;
	succeeds(call, "a tail of zeros");
	head = fresh(call);
	memset(room + call->size, 0, 24);
	room[call->size + 23] = 1;
	head->size = call->size + 24;
	refused(call, E2BIG, DPAGER_DETAIL_SIZE, "a tail whose last byte is not zero");
	head = fresh(call);
	head->size = call->size + 1;
	refused(call, E2BIG, DPAGER_DETAIL_SIZE, "a tail of one byte that is not zero");
}

static void fields(const struct call *call)
{
	fresh(call)->flags = 1U << 31;
	refused(call, EINVAL, DPAGER_DETAIL_FLAGS, "flag 31");
	fresh(call)->flags = 1U << 5;
	refused(call, EINVAL, DPAGER_DETAIL_FLAGS, "flag 5");
	if (!call->reserved)
		return;
	fresh(call);
	memset(room + call->reserved + 3, 1, 1);
	refused(call, EINVAL, DPAGER_DETAIL_RESERVED, "a reserved field");
}

static void pointers(const struct call *call)
{
	unsigned char *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct dpager_info before;
	int first = dup(0), last;

	dp_info(pager, &before);
	ok_errno(issue(call, NULL), EFAULT, "%s: NULL", call->name);
	fresh(call);
	memcpy(page, room, call->size);
	mprotect(page, PAGE, PROT_READ);
	ok_errno(issue(call, page), EFAULT, "%s: a struct that cannot be written", call->name);
	mprotect(page, PAGE, PROT_READ | PROT_WRITE);
	memcpy(page + PAGE - 8, room, 8);
	mprotect(page + PAGE, PAGE, PROT_NONE);
	ok_errno(issue(call, page + PAGE - 8), EFAULT, "%s: a struct that cannot be read",
		 call->name);
	dp_settle_to(pager, before.objects);
	ok(unchanged(&before), "%s: bad pointers changed nothing", call->name);
	close(first);
	last = dup(0);
	ok_equal(last, first, "%s: bad pointers left no descriptor", call->name);
	close(last);
	munmap(page, 2 * PAGE);
}

int main(void)
{
	unsigned int i;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, "abi");
	victim = dp_store(pager, -1, 0, NULL);
	disk = block_open("/dev/vda", O_RDWR);
	segment = dp_segment(store, disk, 0, MiB);
	object = dp_object(pager, PAGE, &object_id);
	mounted("/mounted", "");
	directory = block_open("/mounted", O_RDONLY);
	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		sizes(&calls[i]);
		tails(&calls[i]);
		fields(&calls[i]);
		pointers(&calls[i]);
	}
	munmap(held_page, PAGE);
	close(object);
	close(directory);
	ok_errno(parity_unmount("/mounted"), 0, "nothing holds the mount");
	dp_settle(pager);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	ok_errno(dp_store_delete(victim, NULL), 0, "delete the other store");
	return tap_done();
}
