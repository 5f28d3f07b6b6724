// SPDX-License-Identifier: GPL-2.0
/* The lines above the tables of status and watch: the whole in a few sentences. */
#include <inttypes.h>

#include "head.h"
#include "pressure.h"
#include "size.h"

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void space(FILE *out, const struct dpager_info *info)
{
	uint64_t bytes = size_used(info->total, info->free, 0);
	char total[SIZE_TEXT], used[SIZE_TEXT], left[SIZE_TEXT];

	size_print(total, sizeof(total), info->total);
	size_print(used, sizeof(used), bytes);
	size_print(left, sizeof(left), info->free);
	if (info->total)
		fprintf(out, "space     %s: %s in use (%" PRId64 "%%), %s free\n", total, used,
			size_percent(bytes, info->total), left);
	else
		fprintf(out, "space     none: all pages stay in memory\n");
}

static void memory(FILE *out, const struct dpager_info *info)
{
	char resident[SIZE_TEXT], dirty[SIZE_TEXT], writeback[SIZE_TEXT];

	size_print(resident, sizeof(resident), info->resident);
	size_print(dirty, sizeof(dirty), info->dirty);
	size_print(writeback, sizeof(writeback), info->writeback);
	fprintf(out, "memory    %s of objects: %s known dirty, %s being written\n", resident, dirty,
		writeback);
}

static void paging(FILE *out, const struct dpager_info *info)
{
	fprintf(out, "paging    %" PRIu64 " page%s in, %" PRIu64 " out; ",
		(uint64_t)info->pages_in, plural(info->pages_in), (uint64_t)info->pages_out);
	fprintf(out, "%" PRIu64 " fault%s, %" PRIu64 " had to read\n", (uint64_t)info->faults,
		plural(info->faults), (uint64_t)info->major_faults);
}

static void failures(FILE *out, const struct dpager_info *info)
{
	if (info->pages_in_failed || info->pages_out_failed)
		fprintf(out, "failures  %" PRIu64 " page%s not read, %" PRIu64 " not written "
			"(they stay in memory); \"dmesg\" says more\n",
			(uint64_t)info->pages_in_failed, plural(info->pages_in_failed),
			(uint64_t)info->pages_out_failed);
	if (info->full)
		fprintf(out, "full      %" PRIu64 " time%s a page stayed in memory for want of "
			"space\n", (uint64_t)info->full, plural(info->full));
}

/* The kernel has averages and a total for the machine; none for dpager alone. */
static void pressure(FILE *out)
{
	struct pressure pressures[PRESSURE_KINDS];
	int i, count = pressure_read(pressures);

	for (i = 0; i < count; i++)
		fprintf(out, "%-8s  %s: %s%% of 10 s, %s%% of 5 min, %.1f s since boot\n",
			i ? "" : "pressure", pressures[i].kind, pressures[i].avg10,
			pressures[i].avg300, pressures[i].total_us / 1e6);
	if (!count)
		fputs("pressure  unknown: the kernel does not tell (psi=1 on its command line)\n",
		      out);
}

/**
 * head_print - the pager's figures and the machine's memory pressure
 * @out: where to
 * @snapshot: what there is
 */
void head_print(FILE *out, const struct snapshot *snapshot)
{
	const struct dpager_info *info = &snapshot->info;

	fprintf(out, "dpager    %" PRIu64 " store%s, %" PRIu64 " segment%s, %" PRIu64 " object%s\n",
		(uint64_t)info->stores, plural(info->stores), (uint64_t)info->segments,
		plural(info->segments), (uint64_t)info->objects, plural(info->objects));
	space(out, info);
	memory(out, info);
	paging(out, info);
	failures(out, info);
	pressure(out);
}

/**
 * head_nothing - what to do where there is nothing
 * @out: where to
 * @snapshot: what there is
 */
void head_nothing(FILE *out, const struct snapshot *snapshot)
{
	if (!snapshot->store_count)
		fputs("\nNo store: \"dpagerctl store create NAME\" makes one.\n", out);
	else if (!snapshot->info.segments)
		fputs("\nNo segment: \"dpagerctl segment add STORE DEVICE\" gives a store space.\n",
		      out);
	if (!snapshot->info.objects)
		fputs("\nNo object: no program uses dpager now.\n", out);
}

/**
 * head_hidden - what is there, but not to be seen by this user
 * @out: where to
 * @snapshot: what there is
 */
void head_hidden(FILE *out, const struct snapshot *snapshot)
{
	uint64_t segments = snapshot->info.segments, objects = snapshot->info.objects;

	if (!snapshot->all_seen)
		fprintf(out, "\n%" PRIu64 " segment%s not shown: that needs CAP_SYS_ADMIN.\n",
			segments, segments == 1 ? " is" : "s are");
	if (objects <= snapshot->object_count)
		return;
	objects -= snapshot->object_count;
	fprintf(out, "\n%" PRIu64 " object%s not shown: that needs CAP_SYS_ADMIN.\n", objects,
		objects == 1 ? " of another user is" : "s of other users are");
}
