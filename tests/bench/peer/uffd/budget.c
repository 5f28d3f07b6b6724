// SPDX-License-Identifier: GPL-2.0
#include "budget.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t given = PTHREAD_COND_INITIALIZER;	/* room is free */
static pthread_cond_t wanted = PTHREAD_COND_INITIALIZER;	/* something has to go */

/*
 * All under lock: groups that fit, the room that is taken, the queue (a ring, as
 * long as all that fits), and whether room is being made just now.
 */
static size_t limit, taken;
static uint32_t *queue;
static size_t first, queued;
static bool making, stopping;

/* Begin to make room with a 32nd of it left, and stop at a 16th: evict in bursts. */
static size_t spare_low(void)
{
	return limit / 32 + 1;
}

static size_t spare_high(void)
{
	return limit / 16 + 2;
}

bool budget_open(size_t groups)
{
	limit = groups;
	taken = first = queued = 0;
	making = stopping = false;
	queue = calloc(limit, sizeof(*queue));
	return queue && spare_high() < limit;
}

void budget_close(void)
{
	free(queue);
	queue = NULL;
}

size_t budget_groups(void)
{
	return limit;
}

static void making_begin(void)
{
	making = true;
	pthread_cond_broadcast(&wanted);
}

void budget_take(void)
{
	pthread_mutex_lock(&lock);
	while (taken == limit)
		pthread_cond_wait(&given, &lock);
	taken++;
	if (!making && limit - taken < spare_low())
		making_begin();
	pthread_mutex_unlock(&lock);
}

void budget_give(void)
{
	pthread_mutex_lock(&lock);
	if (taken-- == limit)
		pthread_cond_broadcast(&given);
	if (limit - taken >= spare_high())
		making = false;
	pthread_mutex_unlock(&lock);
}

void budget_queue(uint32_t group)
{
	pthread_mutex_lock(&lock);
	queue[(first + queued++) % limit] = group;
	if (making)
		pthread_cond_signal(&wanted);
	pthread_mutex_unlock(&lock);
}

bool budget_next(uint32_t *group)
{
	bool found;

	pthread_mutex_lock(&lock);
	while (!stopping && (!making || !queued))
		pthread_cond_wait(&wanted, &lock);
	found = !stopping;
	if (found) {
		*group = queue[first];
		first = (first + 1) % limit;
		queued--;
	}
	pthread_mutex_unlock(&lock);
	return found;
}

void budget_stop(void)
{
	pthread_mutex_lock(&lock);
	stopping = true;
	pthread_cond_broadcast(&wanted);
	pthread_mutex_unlock(&lock);
}
