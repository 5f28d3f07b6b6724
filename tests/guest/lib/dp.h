/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Thin wrappers for dpager's calls: they fill in the struct's size and return
 * errno (0: success). dp_detail holds the detail of this thread's last call.
 */
#ifndef DP_H
#define DP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/dpager.h>

#include "stamp.h"
#include "tap.h"

#define DP_DEVICE	"/dev/dpager"
#define MiB		(1024ULL * 1024)
#define GiB		(1024 * MiB)
#define TiB		(1024 * GiB)
#define DP_DEFAULT_PRIORITY	(-1)

extern __thread uint32_t dp_detail;

/* Any call on a struct that begins with size, flags, detail. */
int dp_call(int fd, unsigned long request, void *argument, size_t size);

/* Errno and detail are as wanted; shows both by name where they are not. */
bool ok_dp(int got, int want, uint32_t detail, const char *fmt, ...)
	TAP_PRINTF(4, 5);

/* These return a descriptor, or bail out: for what a test only needs. */
int dp_pager(void);
int dp_pager_rdonly(void);
int dp_store(int pager, int priority, uint32_t cluster, const char *name);
int dp_object(int pager_or_store, uint64_t bytes, uint64_t *id);
int dp_store_private(int pager, int priority, const char *name);
uint64_t dp_segment(int store, int device, uint64_t offset, uint64_t bytes);
uint64_t dp_segment_reserve(int store, int device, uint64_t offset, uint64_t bytes);
/* The same on the device of a path. */
uint64_t dp_segment_on(int store, const char *path, uint64_t offset, uint64_t bytes);
void *dp_map(int object, uint64_t bytes);

/* An object and its mapping. */
struct dp_area {
	int fd;
	uint64_t id, pages;
	char *map;
};

void dp_area_open(struct dp_area *area, int pager_or_store, uint64_t pages);
void dp_area_close(struct dp_area *area);

/* Load the module, or bail out; unload it, without waiting: errno. */
void dp_load(void);
int dp_unload(void);

/* These return errno. */
int dp_info(int pager, struct dpager_info *info);
int dp_store_create(int pager, struct dpager_store_create *create);
int dp_store_open(int pager, uint64_t id, const char *name, int *fd);
int dp_store_info(int store, struct dpager_store_info *info);
int dp_store_detail(int store, struct dpager_store_info *info);
int dp_add(int store, struct dpager_add_segment *add);
int dp_add_bytes(int store, int device, uint64_t offset, uint64_t bytes,
		 uint32_t record_size, uint64_t *id);
int dp_add_file(int store, int file, uint64_t bytes, struct dpager_add_file *add);
/* @evacuate: in: rate and deadline; out: all of it, as answered. */
int dp_remove_with(int store, uint64_t id, uint32_t flags, struct dpager_evacuate *evacuate);
int dp_store_delete_with(int store, uint32_t flags, struct dpager_evacuate *evacuate);
/* Likewise; @pages (may be NULL): as answered. */
int dp_resize_with(int store, uint64_t id, uint64_t bytes, uint32_t flags,
		   struct dpager_evacuate *evacuate, uint64_t *pages);
int dp_set_segment(int store, uint64_t id, uint32_t set, uint32_t clear);
/* These move nothing: what is in use stays (EBUSY). */
int dp_remove(int store, uint64_t id, uint64_t *pages);
int dp_store_delete(int store, uint64_t *pages);
int dp_object_create(int fd, uint64_t bytes, uint32_t flags,
		     struct dpager_object_create *create);
int dp_object_info(int object, struct dpager_object_info *info);
int dp_control(int object, uint32_t operation, uint64_t offset,
	       uint64_t length, uint64_t *pages);
int dp_list(int fd, unsigned long request, struct dpager_list *list);

int dp_triggers(int fd, uint32_t flags, int eventfd, uint64_t low, uint64_t high);
/* Reads one, or the errno of that. */
int dp_event(int fd, struct dpager_event *event);

/* A segment's entry in the list of its store; false: it has none. */
bool dp_segment_entry(int store, uint64_t id, struct dpager_segment_entry *entry);
/* The same, or bail out. */
struct dpager_segment_entry dp_segment_now(int store, uint64_t id);
/* Its pages in use, or bail out. */
uint64_t dp_segment_used(int store, uint64_t id);

/* Page out all of it, or bail out. The number of pages written. */
uint64_t dp_page_out(int object);

/* The slots of a dead object are freed a moment after its last reference. */
int dp_delete_wait(int store);
void dp_settle(int pager);
/* Waits until only so many objects live. */
void dp_settle_to(int pager, uint64_t objects);

/*
 * CHECK, until nothing changes while it looks: 0 when the books balance. Prints
 * nothing; the kernel's log says what is wrong.
 */
int dp_balance(int pager, struct dpager_check *check);
/* Result: they do. */
bool ok_balance(int pager, const char *when);

/* The usual scene: a pager, a store, one segment of /dev/vda. */
struct dp_scene {
	int pager;
	int store;
	int device;
	uint64_t segment;
};

void dp_scene_open(struct dp_scene *scene, const char *device, uint64_t bytes);
/* Deletes the store and reports it as a result. */
void dp_scene_close(struct dp_scene *scene);

#endif
