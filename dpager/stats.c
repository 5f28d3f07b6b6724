// SPDX-License-Identifier: GPL-2.0
/* Counters of the whole pager. */

#include "stats.h"

DEFINE_PER_CPU(struct dpager_stats, dpager_stats);

u64 dpager_stat_read(enum dpager_stat which)
{
	s64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(dpager_stats, cpu).count[which];
	return max(sum, 0LL);
}
