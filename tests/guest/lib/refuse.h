/* SPDX-License-Identifier: GPL-2.0 */
/* Tables of ADD_SEGMENT calls with the answer that each must get. */
#ifndef REFUSE_H
#define REFUSE_H

#include "dp.h"

struct refuse_row {
	const char *what;
	uint64_t offset;
	uint64_t count;
	uint32_t record_size;
	int error;
	uint32_t detail;
};

/*
 * Tries each row on that device. What is accepted is removed again. A refusal
 * must leave the store and the pager's figures as they were.
 */
void refuse_table(int pager, int store, int device,
		  const struct refuse_row *rows, unsigned int count);

#define ROWS(table)	(table), sizeof(table) / sizeof(*(table))

#endif
