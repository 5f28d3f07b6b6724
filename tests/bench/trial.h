/* SPDX-License-Identifier: GPL-2.0 */
/* A trial: workloads that are measured together, and who takes part. */
#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>

#include "turn.h"

/* The boot of most. */
#define TRIAL_BOOT	"wall"

/**
 * struct trial - workloads that are measured together
 * @name: of the scenario, as in the results
 * @boot: that it belongs into, by boot.py's name; NULL: TRIAL_BOOT
 * @workloads: their names; ends with NULL
 * @peers: who takes part, in this order; ends with NULL
 * @run: one turn; false ends the bench
 */
struct trial {
	const char *name;
	const char *boot;
	const char *workloads[5];
	const char *peers[8];
	bool (*run)(const struct turn *turn);
};

/* All of them; ends with NULL. */
extern const struct trial *const trials[];

/* Whether there is such a workload. */
bool trial_known(const char *workload);

bool trial_chosen(const struct trial *trial, const struct choice *choice);

/* The name of its boot. */
const char *trial_boot(const struct trial *trial);

/* A line about it: name, boot, workloads. */
void trial_list(const struct trial *trial);

/*
 * Run by run, each peer in turn: what changes during the boot meets them all.
 * @only: names of peers, separated by commas; NULL: all.
 */
bool trial_measure(const struct trial *trial, int runs, const char *only,
		   const struct choice *choice);

#endif
