/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_PROGRESS_H
#define DPAGERCTL_PROGRESS_H

#include <stdint.h>

/* The speed is that of so many samples, 3 seconds. */
#define PROGRESS_SAMPLES	16
/* How often progress_show() is to be called, in milliseconds. */
#define PROGRESS_PERIOD		200

/**
 * enum progress_form - how progress is shown, always on standard error
 * @PROGRESS_NONE: not at all
 * @PROGRESS_BAR: a line with a bar, drawn over itself; for a terminal
 * @PROGRESS_LINES: a line each second
 */
enum progress_form {
	PROGRESS_NONE,
	PROGRESS_BAR,
	PROGRESS_LINES,
};

/**
 * struct progress - work that is being shown; zeroed at first but for @form
 * @form: how
 * @drawn: characters of the bar's line, the bar included
 * @said: when the last line was written (PROGRESS_LINES)
 * @count: samples so far
 * @samples: the last of them, in a ring
 */
struct progress {
	enum progress_form form;
	int drawn;
	uint64_t said;
	unsigned int count;
	struct {
		uint64_t at;
		uint64_t done;
	} samples[PROGRESS_SAMPLES];
};

enum progress_form progress_form(int wanted);
void progress_show(struct progress *progress, uint64_t done, uint64_t total);
void progress_end(struct progress *progress);

#endif
