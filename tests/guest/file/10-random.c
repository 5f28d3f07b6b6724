// SPDX-License-Identifier: GPL-2.0
/*
 * Calls at random, the same on an object and on a memfd: read, write, mapped
 * stores, truncate both ways, punch, zero; the object's pages go out now and then.
 * After each call the answers, and often the contents, are the same.
 *
 * guest: timeout=200
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dp.h"
#include "rounds.h"
#include "twin.h"

#define ROOM	(512 * 1024UL)
#define CALLS	600

static char noise[ROOM];

struct call {
	int kind;
	uint64_t at, bytes, size;	/* @size: before it */
};

enum { READ, WRITE, STORE, LOAD, SHRINK, PUNCH, ZERO, ZERO_KEEP, APPEND, COPY, KINDS };

static const char *const names[] = {
	"read", "write", "store", "load", "truncate", "punch", "zero", "zero keeping the size",
	"append", "copy_file_range",
};

static char bytes_of[2][ROOM];

/* A memfd has no ZERO_RANGE: the same by other calls. */
static long zero_memfd(int fd, const struct call *call)
{
	long answer = fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, call->at,
				call->bytes);

	if (!answer && call->kind == ZERO && call->at + call->bytes > call->size)
		answer = ftruncate(fd, call->at + call->bytes);
	return answer;
}

static long zero(struct twin *twin, int which, const struct call *call)
{
	int mode = FALLOC_FL_ZERO_RANGE | (call->kind == ZERO ? 0 : FALLOC_FL_KEEP_SIZE);

	if (which == TWIN_MEMFD)
		return zero_memfd(twin->fd[which], call);
	return fallocate(twin->fd[which], mode, call->at, call->bytes);
}

/* The memory of a mapping, as far as there are pages. */
static uint64_t mapped(const struct call *call)
{
	uint64_t end = (call->size + PAGE - 1) / PAGE * PAGE;

	return call->at >= end ? 0 : call->at + call->bytes > end ? end - call->at : call->bytes;
}

static long copy(int fd, const struct call *call)
{
	off_t from = call->at, to = ROOM - 1 - call->at;

	return copy_file_range(fd, &from, fd, &to, call->bytes > call->at ? call->at : call->bytes,
			       0);
}

/* Behind the end, where a mapping reaches, tmpfs keeps what is stored. */
static void store(struct twin *twin, int which, const struct call *call)
{
	uint64_t in = call->at >= call->size ? 0 : call->size - call->at;
	uint64_t most = mapped(call);

	if (which == TWIN_MEMFD && in < most)
		most = in;
	memcpy(twin->map[which] + call->at, noise + call->at, most);
}

static long run(struct twin *twin, int which, void *argument)
{
	const struct call *call = argument;
	int fd = twin->fd[which];
	char *buffer = bytes_of[which];

	switch (call->kind) {
	case READ:
		return twin_answer(pread(fd, buffer, call->bytes, call->at));
	case WRITE:
		return twin_answer(pwrite(fd, noise + call->at, call->bytes, call->at));
	case STORE:
		store(twin, which, call);
		return 0;
	case LOAD:
		if (call->at >= call->size)
			return 0;
		memcpy(buffer, twin->map[which] + call->at, call->at + call->bytes > call->size ?
		       call->size - call->at : call->bytes);
		return 0;
	case SHRINK:
		return twin_answer(ftruncate(fd, call->at));
	case PUNCH:
		return twin_answer(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
					     call->at, call->bytes));
	case APPEND:
		lseek(fd, 0, SEEK_END);
		return twin_answer(write(fd, noise + call->at, call->bytes));
	case COPY:
		return twin_answer(copy(fd, call));
	default:
		return twin_answer(zero(twin, which, call));
	}
}

static void choose(struct call *call, uint64_t size, uint64_t *state)
{
	call->size = size;
	call->kind = random_next(state) % KINDS;
	/* Often page aligned, often small. */
	call->at = random_next(state) % ROOM;
	call->bytes = random_next(state) % (random_next(state) % 4 ? 3 * PAGE : ROOM) + 1;
	if (!(random_next(state) % 3))
		call->at = call->at / PAGE * PAGE;
	if (!(random_next(state) % 3))
		call->bytes = (call->bytes + PAGE - 1) / PAGE * PAGE;
	if (call->at + call->bytes > ROOM)
		call->bytes = ROOM - call->at;
	if (call->kind == APPEND)
		call->bytes = size + call->bytes > ROOM ? ROOM - size : call->bytes;
}

/* False: they differ, which has been said. */
static bool step(struct twin *twin, uint64_t *state)
{
	long answer[2];
	struct stat stat;
	struct call call;

	fstat(twin->fd[TWIN_MEMFD], &stat);
	choose(&call, stat.st_size, state);
	twin_noise(noise + call.at, call.bytes, state);
	answer[0] = run(twin, 0, &call);
	answer[1] = run(twin, 1, &call);
	if (answer[0] != answer[1] || memcmp(bytes_of[0], bytes_of[1], ROOM)) {
		diag("%s at %llu, %llu bytes, size %llu: %ld, of the memfd %ld; contents %s",
		     names[call.kind], (unsigned long long)call.at,
		     (unsigned long long)call.bytes, (unsigned long long)call.size, answer[0],
		     answer[1], memcmp(bytes_of[0], bytes_of[1], ROOM) ? "differ" : "are the same");
		return false;
	}
	if (random_next(state) % 8 == 0)
		twin_out(twin);
	if (random_next(state) % 4 == 0 && !twin_equal(twin)) {
		diag("after %s at %llu, %llu bytes, size %llu", names[call.kind],
		     (unsigned long long)call.at, (unsigned long long)call.bytes,
		     (unsigned long long)call.size);
		return false;
	}
	return true;
}

static void series(int store, uint64_t seed, unsigned int calls)
{
	uint64_t state = seed;
	struct twin twin;
	unsigned int i;

	twin_open(&twin, store, 0, ROOM);
	for (i = 0; i < calls && step(&twin, &state); i++)
		;
	ok(i == calls, "%u calls of seed %llu", calls, (unsigned long long)seed);
	ok_content(&twin, "contents at the end");
	twin_close(&twin);
}

int main(void)
{
	struct dp_scene scene;
	uint64_t seed;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	for (seed = 1; seed <= 4; seed++)
		series(scene.store, seed, rounds(CALLS));
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
