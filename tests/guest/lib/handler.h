/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handlers of page faults: a mapping and a userfaultfd of it. The kernel's own of
 * a memfd, or dpager's of an object; most tests do the same with both ("twins")
 * and compare what they answer. Addresses are bytes from the mapping's start.
 */
#ifndef HANDLER_H
#define HANDLER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/userfaultfd.h>

#include "tap.h"

/* What older headers lack. */
#ifndef USERFAULTFD_IOC_NEW
#define USERFAULTFD_IOC_NEW	_IO(0xAA, 0x00)
#endif
#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY	1
#endif
#ifndef UFFDIO_REGISTER_MODE_MINOR
#define UFFDIO_REGISTER_MODE_MINOR	((uint64_t)1 << 2)
#endif
#ifndef UFFDIO_CONTINUE_MODE_WP
#define UFFDIO_CONTINUE_MODE_WP	((uint64_t)1 << 1)
#endif
#ifndef UFFDIO_POISON
struct uffdio_poison {
	struct uffdio_range range;
	uint64_t mode;
	int64_t updated;
};

#define _UFFDIO_POISON		0x08
#define UFFDIO_POISON		_IOWR(UFFDIO, _UFFDIO_POISON, struct uffdio_poison)
#define UFFDIO_POISON_MODE_DONTWAKE	((uint64_t)1 << 0)
#endif
#ifndef UFFDIO_MOVE
struct uffdio_move {
	uint64_t dst;
	uint64_t src;
	uint64_t len;
	uint64_t mode;
	int64_t move;
};

#define _UFFDIO_MOVE		0x05
#define UFFDIO_MOVE		_IOWR(UFFDIO, _UFFDIO_MOVE, struct uffdio_move)
#define UFFDIO_MOVE_MODE_DONTWAKE	((uint64_t)1 << 0)
#define UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES	((uint64_t)1 << 1)
#endif
#ifndef UFFD_FEATURE_EXACT_ADDRESS
#define UFFD_FEATURE_EXACT_ADDRESS	(1 << 11)
#endif
#ifndef UFFD_FEATURE_WP_HUGETLBFS_SHMEM
#define UFFD_FEATURE_WP_HUGETLBFS_SHMEM	(1 << 12)
#endif
#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED	(1 << 13)
#endif
#ifndef UFFD_FEATURE_POISON
#define UFFD_FEATURE_POISON		(1 << 14)
#endif
#ifndef UFFD_FEATURE_MOVE
#define UFFD_FEATURE_MOVE		(1 << 16)
#endif

#define HANDLER_MISSING	UFFDIO_REGISTER_MODE_MISSING
#define HANDLER_WP	UFFDIO_REGISTER_MODE_WP
#define HANDLER_MINOR	UFFDIO_REGISTER_MODE_MINOR

struct handler {
	bool native;
	int fd;
	int uffd;
	size_t pages;
	char *map;
};

/* A descriptor alone: its number or -errno. */
int handler_new(bool native, unsigned int flags);
/* The handshake: errno. */
int handler_api(int uffd, uint64_t features);
/* What one offers. */
uint64_t handler_features(bool native);

/*
 * All of it: pages, read and written as @protection says, a descriptor that does
 * not block with the handshake made. Or bail out.
 */
void handler_open(struct handler *h, bool native, size_t pages, uint64_t features);
void handler_close(struct handler *h);

/* One call on a range: errno; @result: what it says of how much was done. */
int handler_call(struct handler *h, unsigned long call, long at, long bytes,
		 uint64_t mode, const void *source, int64_t *result);

/* In short, of whole pages: errno. */
int handler_register(struct handler *h, long page, long pages, uint64_t mode);
int handler_unregister(struct handler *h, long page, long pages);
int handler_wake(struct handler *h, long page, long pages);
int handler_copy(struct handler *h, long page, const void *source);
int handler_zero(struct handler *h, long page);
int handler_protect(struct handler *h, long page, long pages, bool protect);
int handler_continue(struct handler *h, long page);
int handler_poison(struct handler *h, long page);
/* From an address to a page. */
int handler_move(struct handler *h, long page, const void *source, long pages);

/*
 * The next message, addresses as said above. False: none came in half a minute, or
 * reading failed.
 */
bool handler_message(struct handler *h, struct uffd_msg *msg);
/* Is there none now? */
bool handler_quiet(struct handler *h);
/* Results: a fault on that page with these flags is told of. */
bool handler_told(struct handler *h, long page, uint64_t flags, const char *what);

/* A thread that touches a byte. */
struct touch {
	pthread_t thread;
	volatile char *at;
	bool write;
	char value;
	pid_t tid;
	bool done;
};

/* @value is written, or becomes what is read. */
void touch_read(struct touch *t, struct handler *h, long page);
void touch_write(struct touch *t, struct handler *h, long page, char value);
/* What was read or written. */
char touch_end(struct touch *t);

/* The signal that a touch by the caller gets, and its si_code; 0: none. */
int touch_signal(volatile char *at, bool write, int *code);

#endif
