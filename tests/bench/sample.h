/* SPDX-License-Identifier: GPL-2.0 */
/* What is counted before and after each step. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stdint.h>

/**
 * struct sample - counters at one moment, or what happened between two
 * @seconds: by the monotonic clock
 * @reads: requests to the disk
 * @read_bytes: bytes of them
 * @writes: requests to the disk
 * @written_bytes: bytes of them
 * @faults: page faults of this process
 * @major_faults: of them with input
 * @swapped_in: pages, by Linux's swap
 * @swapped_out: pages, by Linux's swap
 */
struct sample {
	double seconds;
	uint64_t reads;
	uint64_t read_bytes;
	uint64_t writes;
	uint64_t written_bytes;
	uint64_t faults;
	uint64_t major_faults;
	uint64_t swapped_in;
	uint64_t swapped_out;
};

struct sample sample_take(void);
struct sample sample_since(const struct sample *before);

/* As members of a line: what the disk did, or that and the process. */
void sample_print_traffic(const struct sample *sample);
void sample_print(const struct sample *sample);

#endif
