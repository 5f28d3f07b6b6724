// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's part of the bench: runs each workload with dpager and with its
 * peers in turn, on equal halves of one disk, and prints one JSON object for
 * each step. The host's part (run) makes medians and ratios of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk.h"
#include "process.h"
#include "scale.h"
#include "trial.h"

static const char usage[] =
	"Usage: bench [-n RUNS] [-p PEER,PEER] [-s PERCENT] [-b BOOT] [WORKLOAD...]\n"
	"       bench -l\n"
	"Measure dpager against its peers. The content of /dev/" DISK " is lost.\n"
	"  -n RUNS    runs of each, interleaved; default 5\n"
	"  -p PEERS   only these\n"
	"  -s PERCENT of all sizes, in a machine as much smaller; default 100\n"
	"  -b BOOT    the workloads of that boot (see -l); default " TRIAL_BOOT "\n"
	"  -l         list scenarios: name, boot, workloads\n";

/**
 * struct request - what is asked for
 */
struct request {
	int runs;
	const char *peers;
	const char *boot;
	bool list;
	struct choice choice;
};

static bool options_read(struct request *request, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "n:p:s:b:l")) != -1) {
		if (option == 'n')
			request->runs = atoi(optarg);
		else if (option == 's')
			scale_percent = (size_t)atoi(optarg);
		else if (option == 'p')
			request->peers = optarg;
		else if (option == 'b')
			request->boot = optarg;
		else if (option == 'l')
			request->list = true;
		else
			return false;
	}
	request->choice = (struct choice){ argv + optind, argc - optind };
	return request->runs > 0 && scale_percent > 0;
}

static bool request_has(const struct request *request, const struct trial *trial)
{
	return !strcmp(trial_boot(trial), request->boot) && trial_chosen(trial, &request->choice);
}

static int trials_list(void)
{
	const struct trial *const *trial;

	for (trial = trials; *trial; trial++)
		trial_list(*trial);
	return 0;
}

/* Whether all that is asked for is known, and some of it is of this boot. */
static bool request_valid(const struct request *request)
{
	const struct trial *const *trial;
	bool any = false;
	int i;

	for (i = 0; i < request->choice.count; i++) {
		if (trial_known(request->choice.names[i]))
			continue;
		fprintf(stderr, "bench: no such workload: %s\n", request->choice.names[i]);
		return false;
	}
	for (trial = trials; *trial; trial++)
		any |= request_has(request, *trial);
	if (!any)
		fprintf(stderr, "bench: nothing to measure\n");
	return any;
}

static int trials_measure(const struct request *request)
{
	const struct trial *const *trial;

	for (trial = trials; *trial; trial++) {
		if (request_has(request, *trial) &&
		    !trial_measure(*trial, request->runs, request->peers, &request->choice))
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct request request = { .runs = 5, .boot = TRIAL_BOOT };

	if (!options_read(&request, argc, argv)) {
		fputs(usage, stderr);
		return 2;
	}
	if (request.list)
		return trials_list();
	if (!request_valid(&request))
		return 2;
	process_shield();
	return disk_prepare() ? trials_measure(&request) : 1;
}
