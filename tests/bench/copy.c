// SPDX-License-Identifier: GPL-2.0
#include "copy.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "scale.h"

#define THREADS	8
#define BLOCK	MIB

/**
 * struct copy - what is copied
 * @from: the source
 * @to: the target
 * @bytes: how much
 * @next: where the next block begins
 * @failed: a block was not copied
 */
struct copy {
	int from;
	int to;
	size_t bytes;
	atomic_size_t next;
	atomic_bool failed;
};

static char buffers[THREADS][BLOCK] __attribute__((aligned(4096)));

static bool block_copy(const struct copy *copy, size_t at, char *buffer)
{
	size_t bytes = copy->bytes - at < BLOCK ? copy->bytes - at : BLOCK;

	return pread(copy->from, buffer, bytes, (off_t)at) == (ssize_t)bytes &&
	       pwrite(copy->to, buffer, bytes, (off_t)at) == (ssize_t)bytes;
}

/**
 * struct hand - a thread
 * @copy: shared
 * @buffer: its own
 * @thread: to be waited for
 */
struct hand {
	struct copy *copy;
	char *buffer;
	pthread_t thread;
};

static void *hand_main(void *argument)
{
	struct hand *hand = argument;
	struct copy *copy = hand->copy;
	size_t at;

	while ((at = atomic_fetch_add(&copy->next, BLOCK)) < copy->bytes) {
		if (block_copy(copy, at, hand->buffer))
			continue;
		perror("bench: copy");
		atomic_store(&copy->failed, true);
	}
	return NULL;
}

static bool hands_run(struct copy *copy)
{
	struct hand hands[THREADS];
	int count;

	for (count = 0; count < THREADS; count++) {
		hands[count] = (struct hand){ .copy = copy, .buffer = buffers[count] };
		if (pthread_create(&hands[count].thread, NULL, hand_main, &hands[count]))
			break;
	}
	if (count < THREADS)
		atomic_store(&copy->failed, true);
	while (count--)
		pthread_join(hands[count].thread, NULL);
	return !atomic_load(&copy->failed);
}

bool copy_run(const char *from, const char *to, size_t bytes)
{
	struct copy copy = {
		.from = open(from, O_RDONLY | O_DIRECT | O_CLOEXEC),
		.to = open(to, O_WRONLY | O_DIRECT | O_CLOEXEC),
		.bytes = bytes,
	};
	bool copied;

	if (copy.from < 0 || copy.to < 0)
		perror("bench: copy: open");
	copied = copy.from >= 0 && copy.to >= 0 && hands_run(&copy);
	if (copy.from >= 0)
		close(copy.from);
	if (copy.to >= 0)
		close(copy.to);
	return copied;
}
