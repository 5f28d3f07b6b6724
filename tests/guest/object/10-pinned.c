// SPDX-License-Identifier: GPL-2.0
/*
 * A long-term pin: io_uring registers the mapping as fixed buffers. What a
 * device writes to the pinned pages later must be what the mapping shows, so
 * the pages must be the same across PAGE_OUT and pressure.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/uio.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

#define PAGES	64UL
#define AREA	(512 * MiB)
#define ROUNDS	8

struct ring {
	int fd;
	struct io_uring_params params;
	char *sq, *cq;
	struct io_uring_sqe *sqes;
};

static bool ring_open(struct ring *ring)
{
	struct io_uring_params *params = &ring->params;

	memset(ring, 0, sizeof(*ring));
	ring->fd = syscall(SYS_io_uring_setup, 4, params);
	if (ring->fd < 0)
		return false;
	ring->sq = mmap(NULL, params->sq_off.array + params->sq_entries * 4,
			PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQ_RING);
	ring->cq = mmap(NULL, params->cq_off.cqes + params->cq_entries * 16,
			PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_CQ_RING);
	ring->sqes = mmap(NULL, params->sq_entries * sizeof(*ring->sqes),
			  PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQES);
	if (ring->sq == MAP_FAILED || ring->cq == MAP_FAILED || ring->sqes == MAP_FAILED)
		bail("cannot map the ring");
	return true;
}

static unsigned int *ring_word(char *ring, unsigned int offset)
{
	return (unsigned int *)(ring + offset);
}

/* One request at a time; the result of its completion. */
static int ring_do(struct ring *ring, int opcode, int fd, void *address,
		   unsigned int bytes, uint64_t offset)
{
	unsigned int *tail = ring_word(ring->sq, ring->params.sq_off.tail);
	unsigned int *head = ring_word(ring->cq, ring->params.cq_off.head);
	unsigned int mask = *ring_word(ring->sq, ring->params.sq_off.ring_mask);
	unsigned int slot = *tail & mask;
	struct io_uring_cqe *cqes = (void *)(ring->cq + ring->params.cq_off.cqes);
	int result;

	memset(&ring->sqes[slot], 0, sizeof(*ring->sqes));
	ring->sqes[slot].opcode = opcode;
	ring->sqes[slot].fd = fd;
	ring->sqes[slot].addr = (uintptr_t)address;
	ring->sqes[slot].len = bytes;
	ring->sqes[slot].off = offset;
	ring_word(ring->sq, ring->params.sq_off.array)[slot] = slot;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		bail("io_uring_enter");
	result = cqes[*head & *ring_word(ring->cq, ring->params.cq_off.ring_mask)].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return result;
}

/* The buffer was pinned before; each round the disk changes, then is read. */
static void reads_into_the_pin(struct ring *ring, int object, char *map)
{
	int disk = block_open("/dev/vdb", O_RDWR | O_DIRECT), round;
	uint64_t wrong = 0, failed = 0, away = 0, pages;
	char *buffer = block_buffer(PAGES * PAGE);

	for (round = 1; round <= ROUNDS; round++) {
		stamp_fill(buffer, 1, 0, PAGES, round);
		failed += !block_write(disk, AREA, buffer, PAGES * PAGE);
		dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
		away += PAGES - pages_in_memory(map, 0, PAGES);
		failed += ring_do(ring, IORING_OP_READ_FIXED, disk, map, PAGES * PAGE,
				  AREA) != (int)(PAGES * PAGE);
		wrong += stamp_verify(map, 1, 0, PAGES, round);
		dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
		wrong += stamp_verify(map, 1, 0, PAGES, round);
	}
	ok_equal(failed, 0, "fixed reads into pinned pages");
	ok_equal(away, 0, "no pinned page leaves memory");
	ok_equal(wrong, 0, "the mapping shows what the device wrote");
	close(disk);
}

static bool kernel_is(const char *release)
{
	struct utsname name;

	return !uname(&name) && !strncmp(name.release, release, strlen(release));
}

int main(void)
{
	struct dp_scene scene;
	struct iovec vector;
	struct ring ring;
	uint64_t id;
	char *map;
	int object, error;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	object = dp_object(scene.pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	stamp_fill(map, id, 0, PAGES, 1);
	dp_page_out(object);
	if (!ring_open(&ring)) {
		if (errno != ENOSYS && errno != EPERM)
			bail("io_uring_setup");
		tap_skip_all("no io_uring in this kernel");
	}
	vector = (struct iovec){ map, PAGES * PAGE };
	error = syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &vector, 1) ?
		errno : 0;
	if (error == EOPNOTSUPP && kernel_is("6.1.")) {
		tap_skip("io_uring of 6.1 takes no file-backed memory but tmpfs",
			 "register the mapping as a fixed buffer");
	} else if (ok_errno(error, 0, "register the mapping as a fixed buffer")) {
		ok_equal(stamp_verify(map, id, 0, PAGES, 1), 0, "pinning reads pages in");
		reads_into_the_pin(&ring, object, map);
		ok_equal(proc_run(proc_pressure, NULL), 0, "memory pressure");
		ok_equal(pages_in_memory(map, 0, PAGES), PAGES, "pinned pages stay under pressure");
		reads_into_the_pin(&ring, object, map);
		syscall(SYS_io_uring_register, ring.fd, IORING_UNREGISTER_BUFFERS, NULL, 0);
		stamp_fill(map, id, 0, PAGES, 50);
		dp_page_out(object);
		ok(pages_in_memory(map, 0, PAGES) < PAGES, "unpinned pages can leave");
		ok_equal(stamp_verify(map, id, 0, PAGES, 50), 0, "and come back");
	}
	close(ring.fd);
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
