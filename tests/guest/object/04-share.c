// SPDX-License-Identifier: GPL-2.0
/*
 * One object in several processes: by fork, by a socket, across exec. Each
 * write is seen by all, also when the page went out and came in between.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

#define PAGES		256
#define GENERATIONS	5

struct shared {
	int object;
	uint64_t id;
	char *map;
	int socket[2];
	struct turn go, done;
};

/* Writes the odd generations; the parent verifies them and writes the even. */
static int writer(void *argument)
{
	struct shared *shared = argument;
	uint64_t generation, wrong = 0;

	for (generation = 1; generation <= GENERATIONS; generation += 2) {
		turn_await(&shared->go);
		if (generation > 1)
			wrong += stamp_verify(shared->map, shared->id, 0, PAGES, generation - 1);
		stamp_fill(shared->map, shared->id, 0, PAGES, generation);
		turn_post(&shared->done);
	}
	return wrong != 0;
}

static void by_fork(struct shared *shared)
{
	uint64_t generation, wrong = 0;
	pid_t pid;

	turn_init(&shared->go);
	turn_init(&shared->done);
	pid = proc_start(writer, shared);
	for (generation = 1; generation <= GENERATIONS; generation += 2) {
		turn_post(&shared->go);
		turn_await(&shared->done);
		dp_page_out(shared->object);
		wrong += stamp_verify(shared->map, shared->id, 0, PAGES, generation);
		stamp_fill(shared->map, shared->id, 0, PAGES, generation + 1);
		dp_page_out(shared->object);
	}
	ok_equal(wrong, 0, "what the child writes is seen by the parent");
	ok_equal(proc_wait(pid), 0, "and the other way");
}

static int receiver(void *argument)
{
	struct shared *shared = argument;
	int object = fd_receive(shared->socket[1]);
	char *map;

	if (fcntl(object, F_GETFD) != FD_CLOEXEC)
		return 1;
	munmap(shared->map, PAGES * PAGE);
	map = dp_map(object, PAGES * PAGE);
	if (stamp_verify(map, shared->id, 0, PAGES, 20))
		return 2;
	stamp_fill(map, shared->id, 0, PAGES, 21);
	return 0;
}

static void by_socket(struct shared *shared)
{
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, shared->socket))
		bail("no socket pair");
	stamp_fill(shared->map, shared->id, 0, PAGES, 20);
	dp_page_out(shared->object);
	pid = proc_start(receiver, shared);
	fd_send(shared->socket[0], shared->object);
	ok_equal(proc_wait(pid), 0, "an object passed over a socket");
	ok_equal(stamp_verify(shared->map, shared->id, 0, PAGES, 21), 0,
		 "what its receiver wrote is here");
}

/* The other side of by_exec(): this program with the descriptor's number. */
static int after_exec(const char *number, const char *id)
{
	char *map = dp_map(atoi(number), PAGES * PAGE);

	if (stamp_verify(map, strtoull(id, NULL, 10), 0, PAGES, 30))
		return 1;
	stamp_fill(map, strtoull(id, NULL, 10), 0, PAGES, 31);
	return 0;
}

static int executor(void *argument)
{
	struct shared *shared = argument;
	char number[16], id[32];

	snprintf(number, sizeof(number), "%d", dup(shared->object));
	snprintf(id, sizeof(id), "%llu", (unsigned long long)shared->id);
	execl("/proc/self/exe", "share", number, id, NULL);
	return 99;
}

static void by_exec(struct shared *shared)
{
	stamp_fill(shared->map, shared->id, 0, PAGES, 30);
	dp_page_out(shared->object);
	ok_equal(proc_run(executor, shared), 0, "an object kept across fork and exec");
	ok_equal(stamp_verify(shared->map, shared->id, 0, PAGES, 31), 0,
		 "what the program wrote is here");
}

static int exit_mapped(void *argument)
{
	struct shared *shared = argument;

	stamp_fill(shared->map, shared->id, 0, PAGES, 40);
	return 0;
}

int main(int count, char **arguments)
{
	struct shared shared;
	struct dp_scene scene;

	if (count == 3)
		return after_exec(arguments[1], arguments[2]);
	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	shared.object = dp_object(scene.pager, PAGES * PAGE, &shared.id);
	shared.map = dp_map(shared.object, PAGES * PAGE);
	by_fork(&shared);
	by_socket(&shared);
	by_exec(&shared);
	close(shared.object);
	ok_equal(proc_run(exit_mapped, &shared), 0, "a child writes to the mapping and exits");
	ok_equal(stamp_verify(shared.map, shared.id, 0, PAGES, 40), 0, "its pages stay");
	munmap(shared.map, PAGES * PAGE);
	close(shared.socket[0]);
	close(shared.socket[1]);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
