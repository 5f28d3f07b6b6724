// SPDX-License-Identifier: GPL-2.0
/*
 * Paged-out memory of 50 processes moves to another disk: with dpager by removing
 * the segment, from the first disk to the second while two more processes verify
 * and write pages of the same store ("move"), then back with nobody else at work
 * ("move back"). Beside it a raw copy of as many bytes between the same disks, and
 * swapoff of as much anonymous memory of 50 processes, which goes to memory: both
 * with nobody else at work, and, "busy", beside two processes that never sleep. The
 * peer "before" is dpager's two processes, in as long a time before the move.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#include "busy.h"
#include "cgroup.h"
#include "clock.h"
#include "copy.h"
#include "crowd.h"
#include "disk.h"
#include "figure.h"
#include "line.h"
#include "mark.h"
#include "pager.h"
#include "peer/memfd.h"
#include "peer/peers.h"
#include "scale.h"
#include "workload/workloads.h"

#define BYTES		(1024 * MIB)
#define WATCH_MOST	60		/* s, before the move */
#define TRIES		50		/* for slots that are freed a little later */

/**
 * struct move - one that took place
 * @begun: when
 * @ended: when
 * @pages: how many went, those of the two processes included
 */
struct move {
	double begun;
	double ended;
	int64_t pages;
};

static void move_print(const struct turn *turn, const char *step, double seconds, size_t bytes)
{
	line_begin(turn, "evacuate", step);
	line_real("seconds", seconds);
	line_count("bytes", bytes);
}

/* All that is in use goes to the other disk, where there was nothing. */
static bool move_make(struct move *move, const char *to, size_t bytes)
{
	if (!engine_dpager_extend(to))
		return false;
	move->begun = clock_seconds();
	move->pages = engine_dpager_evacuate();
	move->ended = clock_seconds();
	if (move->pages >= (int64_t)(bytes / PAGE))
		return true;
	fprintf(stderr, "bench: only %" PRId64 " pages were moved\n", move->pages);
	return false;
}

/**
 * struct watch - the two processes, before a move
 * @begun: when
 * @touches: theirs, when the move began
 */
struct watch {
	double begun;
	uint64_t touches;
};

static void busy_print(const struct turn *turn, const struct busy *busy, const struct move *move,
		       const struct watch *watch, size_t bytes)
{
	double took = move->ended - move->begun, from = move->begun - took;
	struct turn before = *turn;

	move_print(turn, "move", took, bytes);
	line_count("moved_pages", (uint64_t)move->pages);
	line_real("longest_stall_seconds", busy_longest(busy, move->begun, move->ended));
	line_count("touches", busy_touches(busy) - watch->touches);
	line_count("wrong", busy_wrong(busy));
	line_end();
	before.peer = "before";
	from = from > watch->begun ? from : watch->begun;
	line_begin(&before, "evacuate", "move");
	line_real("longest_stall_seconds", busy_longest(busy, from, move->begun));
	line_real("stall_seconds", move->begun - from);
	line_real("watched_seconds", move->begun - watch->begun);
	line_count("touches", watch->touches);
	line_end();
}

/* While two processes are at work, which are watched for a time before, too. */
static bool move_watched(const struct turn *turn, size_t bytes, double seconds)
{
	struct watch watch;
	struct busy busy;
	struct move move;
	bool fine;

	if (!busy_start(&busy, turn->engine))
		return false;
	watch.begun = clock_seconds();
	usleep((useconds_t)((seconds < WATCH_MOST ? seconds : WATCH_MOST) * 1e6));
	watch.touches = busy_touches(&busy);
	fine = move_make(&move, DISK_SECOND, bytes);
	fine &= busy_stop(&busy);
	if (fine)
		busy_print(turn, &busy, &move, &watch, bytes);
	return fine;
}

/* Objects of processes that ended go a little later; theirs are not to be moved back. */
static bool slots_await(size_t bytes)
{
	int tries;

	for (tries = 0; tries < TRIES && pager_slots() > bytes / PAGE; tries++)
		usleep(100000);
	if (pager_slots() == bytes / PAGE)
		return true;
	fprintf(stderr, "bench: %" PRIu64 " slots are in use\n", pager_slots());
	return false;
}

static bool move_alone(const struct turn *turn, size_t bytes)
{
	struct move move;

	if (!slots_await(bytes) || !move_make(&move, DISK_WHOLE, bytes))
		return false;
	move_print(turn, "move back", move.ended - move.begun, bytes);
	line_count("moved_pages", (uint64_t)move.pages);
	line_end();
	return true;
}

/* What took writing the memory and paging it out takes longer than moving it should. */
static bool dpager_work(const struct turn *turn, const void *unused)
{
	double begun = clock_seconds();
	struct crowd crowd;
	size_t bytes;

	(void)unused;
	if (!crowd_gather(&crowd, turn->engine, scaled(BYTES)))
		return false;
	bytes = crowd_bytes(&crowd);
	return slots_await(bytes) && move_watched(turn, bytes, clock_seconds() - begun) &&
	       move_alone(turn, bytes) && crowd_verify(&crowd);
}

static bool turn_busy(const struct turn *turn)
{
	return strstr(turn->peer, "-busy");
}

static void peer_print(const struct turn *turn, double seconds, size_t bytes)
{
	move_print(turn, "move", seconds, bytes);
	line_end();
	move_print(turn, "move back", seconds, bytes);
	line_end();
}

static void peer_busy_print(const struct turn *turn, const struct busy *busy, double begun,
			    double ended, size_t bytes)
{
	move_print(turn, "move", ended - begun, bytes);
	line_real("longest_stall_seconds", busy_longest(busy, begun, ended));
	line_count("touches", busy_touches(busy));
	line_count("wrong", busy_wrong(busy));
	line_end();
}

/* What a peer does to so many bytes, timed; with nobody else at work, it is beside both steps. */
static bool peer_time(const struct turn *turn, bool (*act)(size_t bytes), size_t bytes)
{
	bool with = turn_busy(turn), fine;
	struct busy busy;
	double begun, ended;

	if (with && !busy_start(&busy, NULL))
		return false;
	begun = clock_seconds();
	fine = act(bytes);
	ended = clock_seconds();
	if (with)
		fine &= busy_stop(&busy);
	if (fine && with)
		peer_busy_print(turn, &busy, begun, ended, bytes);
	else if (fine)
		peer_print(turn, ended - begun, bytes);
	return fine;
}

static bool copy_act(size_t bytes)
{
	return copy_run(DISK_WHOLE, DISK_SECOND, bytes);
}

static bool copy_work(const struct turn *turn, const void *unused)
{
	(void)unused;
	return peer_time(turn, copy_act, scaled(BYTES) / CROWD_SIZE / PAGE * PAGE * CROWD_SIZE);
}

static uint64_t swap_used(void)
{
	return (figure_read("/proc/meminfo", "SwapTotal") -
		figure_read("/proc/meminfo", "SwapFree")) << 10;
}

/* Nothing was brought back meanwhile. */
static bool swap_has(size_t bytes)
{
	uint64_t used = swap_used();

	if (used >= bytes)
		return true;
	fprintf(stderr, "bench: only %" PRIu64 " bytes of %zu are swapped out\n", used, bytes);
	return false;
}

static bool swapoff_act(size_t unused)
{
	(void)unused;
	return !swapoff(DISK_WHOLE) || peer_failed("swapoff", DISK_WHOLE);
}

static bool swapoff_work(const struct turn *turn, const void *unused)
{
	struct crowd crowd;
	size_t bytes;

	(void)unused;
	if (!cgroup_enter(0) || !memfd_swap_begin(DISK_WHOLE, "3") ||
	    !crowd_gather(&crowd, NULL, scaled(BYTES)))
		return false;
	bytes = crowd_bytes(&crowd);
	return cgroup_reclaim_anonymous() && swap_has(bytes) &&
	       peer_time(turn, swapoff_act, bytes) && crowd_verify(&crowd);
}

/* Who was killed left the swap: with nobody's memory on it, it goes at once. */
static bool swapoff_run(const struct turn *turn)
{
	bool fine = turn_process(turn, swapoff_work, NULL);

	if (swapoff(DISK_WHOLE) && errno != EINVAL)
		return peer_failed("swapoff", DISK_WHOLE);
	return fine;
}

static bool evacuate_run(const struct turn *turn)
{
	bool fine;

	if (!disk_second_prepare())
		return false;
	if (!strncmp(turn->peer, "copy", 4))
		return turn_process(turn, copy_work, NULL);
	if (!turn_is_dpager(turn))
		return swapoff_run(turn);
	engine_dpager_use(DISK_WHOLE);
	fine = turn_process(turn, dpager_work, NULL);
	engine_dpager_use(NULL);
	return fine;
}

const struct trial trial_evacuate = {
	.name = "evacuate",
	.boot = "disks",
	.workloads = { "evacuate" },
	.peers = { "dpager", "copy", "swapoff", "copy-busy", "swapoff-busy" },
	.run = evacuate_run,
};
