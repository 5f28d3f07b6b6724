// SPDX-License-Identifier: GPL-2.0
/* Evacuation, as removing, resizing and deleting share it: options, the call, its outcome. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "duration.h"
#include "evacuate.h"
#include "progress.h"
#include "size.h"
#include "worker.h"


/* What the command line asked for; a process evacuates once. */
static struct {
	uint32_t flags;
	uint32_t deadline_ms;
	uint64_t rate;
	int progress;	/* as for progress_form() */
} options;

static uint32_t parse_deadline(const char *text)
{
	uint32_t ms = args_seconds("--deadline", text);

	if (!ms)
		args_usage_fail("--deadline: no time is too short; leave it out to wait as long "
				"as it takes");
	return ms;
}

static void parse_option(int option)
{
	switch (option) {
	case 'f':
		options.flags |= DPAGER_EVACUATE_LOSE;
		break;
	case 'm':
		options.flags |= DPAGER_EVACUATE_MEMORY;
		break;
	case 'n':
		options.flags |= DPAGER_EVACUATE_DRY_RUN;
		break;
	case 'q':
		options.progress = -1;
		break;
	case EVACUATE_IF_UNUSED:
		options.flags |= DPAGER_EVACUATE_NOTHING;
		break;
	case EVACUATE_RATE:
		options.rate = args_size("--rate", optarg);
		break;
	case EVACUATE_DEADLINE:
		options.deadline_ms = parse_deadline(optarg);
		break;
	case EVACUATE_PROGRESS:
		options.progress = 1;
		break;
	}
}

/**
 * evacuate_options - args_next() for a command whose own options are EVACUATE_LONG
 * @argc: number of arguments
 * @argv: the arguments
 * @syntax: what the command accepts
 */
void evacuate_options(int argc, char **argv, const struct syntax *syntax)
{
	int option;

	while ((option = args_next(argc, argv, syntax)) != -1)
		parse_option(option);
	if (options.flags & DPAGER_EVACUATE_NOTHING &&
	    options.flags & (DPAGER_EVACUATE_MEMORY | DPAGER_EVACUATE_LOSE))
		args_usage_fail("--if-unused moves nothing: --memory and --force do not go with "
				"it");
}

/**
 * evacuate_store - open the store that an operand names
 * @evacuation: out: @store and @page_size
 * @operand: the operand
 * @opened: out: the store
 */
void evacuate_store(struct evacuation *evacuation, const char *operand,
		    struct dpager_store_open *opened)
{
	int pager = call_pager(O_RDWR);
	struct dpager_info info;

	evacuation->store = call_store(pager, operand, opened);
	call_info(pager, &info);
	evacuation->page_size = info.page_size;
}

/**
 * struct run - an evacuation under way
 * @evacuation: what is asked for
 * @progress: as it is shown
 */
struct run {
	struct evacuation *evacuation;
	struct progress progress;
};

/* Adds up what is to be moved and what is left, while it is known. */
static void show(void *data)
{
	struct run *run = data;
	const struct evacuation *evacuation = run->evacuation;
	struct dpager_segment_entry *entries;
	uint64_t planned = 0, left = 0;
	struct dpager_list list;
	size_t count, i;

	entries = call_list_try(evacuation->store, DPAGER_IOC_SEGMENTS, sizeof(*entries), &count,
				&list);
	for (i = 0; entries && i < count; i++) {
		if (evacuation->segment && evacuation->segment != entries[i].id)
			continue;
		planned += entries[i].pages_planned;
		left += entries[i].pages_left;
	}
	free(entries);
	if (planned && left <= planned)
		progress_show(&run->progress, size_of_pages(planned - left, evacuation->page_size),
			      size_of_pages(planned, evacuation->page_size));
}

/* The rest of the time, of which some is over when a call is repeated. */
static bool time_left(struct evacuation *evacuation, uint64_t begin)
{
	uint64_t gone = duration_now() - begin;

	if (options.deadline_ms && gone >= options.deadline_ms) {
		evacuation->head->detail = DPAGER_DETAIL_DEADLINE;
		errno = ETIMEDOUT;
		return false;
	}
	evacuation->how->deadline_ms = options.deadline_ms ? options.deadline_ms - gone : 0;
	return true;
}

/*
 * A call that ends with EINTR although nobody wants it to end (stopped and
 * continued, traced) is made again for the rest. Returns 0 or errno.
 */
static int work(void *data, const atomic_bool *stop)
{
	struct evacuation *evacuation = ((struct run *)data)->evacuation;
	uint64_t moved = 0, lost = 0, begin = duration_now();
	struct dpager_evacuate *how = evacuation->how;
	int ret = -1;

	while (time_left(evacuation, begin)) {
		how->moved = 0;
		how->lost = 0;
		ret = ioctl(evacuation->store, evacuation->request, evacuation->head);
		moved += how->moved;
		lost += how->lost;
		if (ret >= 0 || errno != EINTR || atomic_load(stop))
			break;
	}
	ret = ret < 0 ? errno : 0;
	how->pages += moved - how->moved;	/* what was there before the first call */
	how->moved = moved;
	how->lost = lost;
	return ret;
}

/**
 * evacuate - make the call as the options say, and show progress meanwhile
 * @evacuation: what is asked for; out: @head and @how
 *
 * Returns 0, or -1 with errno.
 */
int evacuate(struct evacuation *evacuation)
{
	struct run run = {
		.evacuation = evacuation,
		.progress = { .form = progress_form(options.progress) },
	};
	const struct worker worker = {
		.work = work,
		.tick = run.progress.form == PROGRESS_NONE ? NULL : show,
		.data = &run,
		.period = PROGRESS_PERIOD,
	};
	int error;

	evacuation->head->flags = options.flags;
	evacuation->how->rate = options.rate;
	error = worker_run(&worker);
	progress_end(&run.progress);
	errno = error;
	return error ? -1 : 0;
}

static const char *pages_text(const struct evacuation *evacuation, uint64_t pages, char *text)
{
	return size_print_pages(text, SIZE_PAGES_TEXT, pages, "page", evacuation->page_size);
}

/* Pages given up are no longer in use, too: they are among the moved ones. */
static uint64_t moved_safe(const struct dpager_evacuate *how)
{
	return how->moved > how->lost ? how->moved - how->lost : 0;
}

/**
 * evacuate_tell - say what was done, or would be
 * @evacuation: it, after evacuate()
 */
void evacuate_tell(const struct evacuation *evacuation)
{
	const struct dpager_evacuate *how = evacuation->how;
	char text[SIZE_PAGES_TEXT];

	if (options.progress < 0 && !how->lost && !(options.flags & DPAGER_EVACUATE_DRY_RUN))
		return;
	if (options.flags & DPAGER_EVACUATE_DRY_RUN) {
		printf("would %s: %s to move\n", evacuation->what, how->pages ?
		       pages_text(evacuation, how->pages, text) : "nothing");
		return;
	}
	printf("%s", evacuation->done);
	if (moved_safe(how))
		printf(": %s moved", pages_text(evacuation, moved_safe(how), text));
	if (how->lost)
		printf("%s %s lost", moved_safe(how) ? "," : ":",
		       pages_text(evacuation, how->lost, text));
	printf("\n");
}

/* Whether the call was one that moves at all. */
static bool moves(void)
{
	return !(options.flags & (DPAGER_EVACUATE_DRY_RUN | DPAGER_EVACUATE_NOTHING));
}

/**
 * evacuate_fail - end the program because evacuate() failed
 * @evacuation: it; errno is the call's, too
 */
void evacuate_fail(const struct evacuation *evacuation)
{
	const struct dpager_evacuate *how = evacuation->how;
	unsigned long long pages = how->pages, moved = moved_safe(how), lost = how->lost;
	unsigned long long left = how->moved < pages ? pages - how->moved : 0;

	if (!pages)
		call_fail(evacuation->head, "%s", evacuation->what);
	if (!moves())
		call_fail(evacuation->head, "%s (%llu pages in use)", evacuation->what, pages);
	if (lost)
		call_fail(evacuation->head, "%s (%llu pages in use: %llu moved, %llu lost, "
			  "%llu left)", evacuation->what, pages, moved, lost, left);
	call_fail(evacuation->head, "%s (%llu pages in use: %llu moved, %llu left)",
		  evacuation->what, pages, moved, left);
}
