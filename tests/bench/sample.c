// SPDX-License-Identifier: GPL-2.0
#include "sample.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>

#include "clock.h"
#include "disk.h"
#include "figure.h"
#include "line.h"

/* Documentation/block/stat.rst: requests, merges, sectors, ms; reads, then writes. */
static void sample_disk(struct sample *sample)
{
	uint64_t read_sectors = 0, written_sectors = 0;
	FILE *file = fopen("/sys/block/" DISK "/stat", "r");

	if (!file)
		return;
	if (fscanf(file, "%" SCNu64 " %*u %" SCNu64 " %*u %" SCNu64 " %*u %" SCNu64,
		   &sample->reads, &read_sectors, &sample->writes, &written_sectors) != 4)
		perror("bench: disk statistics");
	sample->read_bytes = read_sectors * 512;
	sample->written_bytes = written_sectors * 512;
	fclose(file);
}

static void sample_swap(struct sample *sample)
{
	sample->swapped_in = figure_read("/proc/vmstat", "pswpin");
	sample->swapped_out = figure_read("/proc/vmstat", "pswpout");
}

static void sample_process(struct sample *sample)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	sample->faults = (uint64_t)(usage.ru_minflt + usage.ru_majflt);
	sample->major_faults = (uint64_t)usage.ru_majflt;
}

struct sample sample_take(void)
{
	struct sample sample = { 0 };

	sample_disk(&sample);
	sample_swap(&sample);
	sample_process(&sample);
	sample.seconds = clock_seconds();
	return sample;
}

struct sample sample_since(const struct sample *before)
{
	double seconds = clock_seconds();
	struct sample after = sample_take();

	return (struct sample){
		.seconds = seconds - before->seconds,
		.reads = after.reads - before->reads,
		.read_bytes = after.read_bytes - before->read_bytes,
		.writes = after.writes - before->writes,
		.written_bytes = after.written_bytes - before->written_bytes,
		.faults = after.faults - before->faults,
		.major_faults = after.major_faults - before->major_faults,
		.swapped_in = after.swapped_in - before->swapped_in,
		.swapped_out = after.swapped_out - before->swapped_out,
	};
}

void sample_print_traffic(const struct sample *sample)
{
	line_count("reads", sample->reads);
	line_count("read_bytes", sample->read_bytes);
	line_count("writes", sample->writes);
	line_count("written_bytes", sample->written_bytes);
	line_count("swapped_in", sample->swapped_in);
	line_count("swapped_out", sample->swapped_out);
}

void sample_print(const struct sample *sample)
{
	line_real("seconds", sample->seconds);
	sample_print_traffic(sample);
	line_count("faults", sample->faults);
	line_count("major_faults", sample->major_faults);
}
