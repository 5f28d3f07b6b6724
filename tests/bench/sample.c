// SPDX-License-Identifier: GPL-2.0
#include "sample.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "disk.h"

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
	FILE *file = fopen("/proc/vmstat", "r");
	uint64_t value;
	char name[64];

	while (file && fscanf(file, "%63s %" SCNu64, name, &value) == 2) {
		if (!strcmp(name, "pswpin"))
			sample->swapped_in = value;
		else if (!strcmp(name, "pswpout"))
			sample->swapped_out = value;
	}
	if (file)
		fclose(file);
}

static void sample_process(struct sample *sample)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	sample->faults = (uint64_t)(usage.ru_minflt + usage.ru_majflt);
	sample->major_faults = (uint64_t)usage.ru_majflt;
}

static double clock_seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
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

void sample_print(const struct sample *sample)
{
	printf("\"seconds\": %.4f, \"reads\": %" PRIu64 ", \"read_bytes\": %" PRIu64
	       ", \"writes\": %" PRIu64 ", \"written_bytes\": %" PRIu64 ", \"faults\": %" PRIu64
	       ", \"major_faults\": %" PRIu64 ", \"swapped_in\": %" PRIu64
	       ", \"swapped_out\": %" PRIu64, sample->seconds, sample->reads, sample->read_bytes,
	       sample->writes, sample->written_bytes, sample->faults, sample->major_faults,
	       sample->swapped_in, sample->swapped_out);
}
