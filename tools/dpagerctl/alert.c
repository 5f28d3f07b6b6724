// SPDX-License-Identifier: GPL-2.0
/* dpagerctl alert */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "size.h"

enum {
	OPTION_ABOVE = 0x200,
	OPTION_BELOW,
	OPTION_EXEC,
	OPTION_ONCE,
	OPTION_STORE,
};

static const struct option long_options[] = {
	{ "above", required_argument, NULL, OPTION_ABOVE },
	{ "below", required_argument, NULL, OPTION_BELOW },
	{ "exec", required_argument, NULL, OPTION_EXEC },
	{ "json", no_argument, NULL, 'J' },
	{ "once", no_argument, NULL, OPTION_ONCE },
	{ "store", required_argument, NULL, OPTION_STORE },
	ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "alert [options] --below SIZE",
	.about = "Print a line each time when free space becomes low, and when there is enough\n"
		 "again; at once when it is low already. Of several events in a short time only the\n"
		 "last is told, and how many came before it.",
	.options = "     --below SIZE     space is low when less is free\n"
		   "     --above SIZE     and is so no more when so much is free; default the same\n"
		   "     --store STORE    look at this store only: a name, an id, or '#' and an id;\n"
		   "                      that needs CAP_SYS_ADMIN\n"
		   "     --once           end after the first event\n"
		   "     --exec COMMAND   run it in a shell with each event instead of printing; it\n"
		   "                      finds DPAGER_EVENT (low or room), DPAGER_FREE and\n"
		   "                      DPAGER_TOTAL (bytes), DPAGER_SEQUENCE and DPAGER_STORE\n"
		   " -J, --json           a line of JSON for each event\n",
	.short_options = "J" ARGS_SHORT,
	.long_options = long_options,
};

/**
 * struct alert - what the command line asks for
 * @triggers: the call
 * @store: name of the store, or NULL
 * @command: what to run, or NULL
 * @json: whether to print JSON
 * @told: sequence number of the last event that was told
 */
struct alert {
	struct dpager_triggers triggers;
	const char *store;
	const char *command;
	bool json;
	uint64_t told;
};

static void parse_option(int option, struct alert *alert)
{
	switch (option) {
	case OPTION_BELOW:
		alert->triggers.low = args_size("--below", optarg);
		break;
	case OPTION_ABOVE:
		alert->triggers.high = args_size("--above", optarg);
		break;
	case OPTION_EXEC:
		alert->command = optarg;
		break;
	case OPTION_ONCE:
		alert->triggers.flags |= DPAGER_TRIGGER_ONCE;
		break;
	case OPTION_STORE:
		alert->store = optarg;
		break;
	case 'J':
		alert->json = true;
		break;
	}
}

static void parse(int argc, char **argv, struct alert *alert)
{
	int option;

	while ((option = args_next(argc, argv, &syntax)) != -1)
		parse_option(option, alert);
	if (!alert->triggers.low)	/* for the call 0 takes the trigger away */
		args_usage_fail("give --below SIZE, above 0: the free space that is too little");
	if (alert->triggers.high && alert->triggers.high < alert->triggers.low)
		args_usage_fail("--above: %s", explain(EINVAL, DPAGER_DETAIL_LEVEL));
	if (alert->json && alert->command)
		args_usage_fail("--json and --exec do not go together: one prints, the other does "
				"not");
}

static const char *kind(const struct dpager_event *event)
{
	return event->kind == DPAGER_EVENT_LOW ? "low" :
	       event->kind == DPAGER_EVENT_ROOM ? "room" : "unknown";
}

/* Local time with its offset: what a log can be searched by. */
static void now(char *text, size_t room)
{
	time_t seconds = time(NULL);

	strftime(text, room, "%Y-%m-%dT%H:%M:%S%z", localtime(&seconds));
}

static void print_line(const struct alert *alert, const struct dpager_event *event)
{
	uint64_t missed = event->sequence - alert->told - 1;
	char left[SIZE_TEXT], total[SIZE_TEXT], when[32];

	now(when, sizeof(when));
	size_print(left, sizeof(left), event->free);
	size_print(total, sizeof(total), event->total);
	printf("%s %s: %s of %s free", when, kind(event), left, total);
	if (alert->store)
		printf(" on store \"%s\"", alert->store);
	if (missed)
		printf(" (%" PRIu64 " event%s before it not told)", missed, missed == 1 ? "" : "s");
	putchar('\n');
}

/* Names of stores have no character that JSON wants escaped. */
static void print_json(const struct alert *alert, const struct dpager_event *event)
{
	char when[32];

	now(when, sizeof(when));
	printf("{\"time\": \"%s\", \"event\": \"%s\", \"sequence\": %" PRIu64 ", \"free\": %" PRIu64
	       ", \"total\": %" PRIu64, when, kind(event), (uint64_t)event->sequence,
	       (uint64_t)event->free, (uint64_t)event->total);
	if (alert->store)
		printf(", \"store\": \"%s\"}\n", alert->store);
	else
		printf(", \"store\": null}\n");
}

static void export_number(const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	setenv(name, text, 1);
}

/* What the command comes to is its own affair, but not that it failed. */
static void run(const struct alert *alert, const struct dpager_event *event)
{
	int status;

	setenv("DPAGER_EVENT", kind(event), 1);
	setenv("DPAGER_STORE", alert->store ? alert->store : "", 1);
	export_number("DPAGER_FREE", event->free);
	export_number("DPAGER_TOTAL", event->total);
	export_number("DPAGER_SEQUENCE", event->sequence);
	status = system(alert->command);
	if (status < 0)
		args_fail("--exec: cannot start a shell: %s", strerror(errno));
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)
		exit(EXIT_FAILED);	/* Ctrl-C was for both */
	if (status)
		fprintf(stderr, "%s: --exec: \"%s\" failed (%s %d)\n",
			program_invocation_short_name, alert->command,
			WIFSIGNALED(status) ? "signal" : "exit code",
			WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void tell(struct alert *alert, const struct dpager_event *event)
{
	if (alert->command)
		run(alert, event);
	else if (alert->json)
		print_json(alert, event);
	else
		print_line(alert, event);
	if (fflush(stdout))
		exit(EXIT_FAILED);	/* nobody reads; main() says so */
	alert->told = event->sequence;
}

static void wait_for_event(int fd, const struct alert *alert, struct dpager_event *event)
{
	ssize_t length;

	do {
		length = read(fd, event, sizeof(*event));
	} while (length < 0 && errno == EINTR);
	if (length == sizeof(*event))
		return;
	if (length < 0 && errno == ESTALE)
		args_fail("store \"%s\" was deleted", alert->store);
	args_fail("cannot read an event: %s", length < 0 ? strerror(errno) : explain(EINVAL, 0));
}

/**
 * alert_command - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int alert_command(int argc, char **argv)
{
	struct alert alert = { .triggers = { .size = sizeof(alert.triggers), .eventfd = -1 } };
	struct dpager_store_open opened;
	struct dpager_event event;
	int fd;

	parse(argc, argv, &alert);
	fd = call_pager_most();
	if (alert.store) {
		fd = call_store(fd, alert.store, &opened);
		alert.store = opened.name;
	}
	call(fd, DPAGER_IOC_TRIGGERS, &alert.triggers, "watch the free space");
	do {
		wait_for_event(fd, &alert, &event);
		tell(&alert, &event);
	} while (!(alert.triggers.flags & DPAGER_TRIGGER_ONCE));
	return EXIT_OK;
}
