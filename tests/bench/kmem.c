// SPDX-License-Identifier: GPL-2.0
#include "kmem.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "figure.h"
#include "setting.h"

/* What is freed comes back after grace periods of RCU: until it gets no less for so long. */
#define SETTLE_US	300000
#define SETTLES		20

/* Empty slabs, and those that CPUs hold for the next allocation, would count as used. */
static void caches_shrink(void)
{
	glob_t found;
	size_t i;

	if (glob("/sys/kernel/slab/*/shrink", GLOB_NOSORT, NULL, &found)) {
		fprintf(stderr, "bench: no slab caches to be seen\n");
		return;
	}
	for (i = 0; i < found.gl_pathc; i++)
		setting_write(found.gl_pathv[i], "1");
	globfree(&found);
}

/* /proc/slabinfo: name, objects in use, objects, bytes of one, ... */
static int64_t cache_bytes(const char *name)
{
	FILE *file = fopen("/proc/slabinfo", "r");
	char line[512], found[64];
	long used, size, bytes = -1;

	while (file && bytes < 0 && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%63s %ld %*d %ld", found, &used, &size) == 3 &&
		    !strcmp(found, name))
			bytes = used * size;
	}
	if (bytes < 0)
		fprintf(stderr, "bench: no %s in /proc/slabinfo\n", name);
	if (file)
		fclose(file);
	return bytes;
}

static struct kmem kmem_now(void)
{
	static const char *const kinds[] = { "Slab", "VmallocUsed", "Percpu" };
	struct kmem kmem = { 0 };
	size_t i;

	caches_shrink();
	setting_write("/proc/sys/vm/stat_refresh", "1");
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		kmem.bytes += (int64_t)figure_read("/proc/meminfo", kinds[i]) * 1024;
	kmem.nodes = cache_bytes("radix_tree_node");
	return kmem;
}

struct kmem kmem_take(void)
{
	struct kmem kmem, next = kmem_now();
	int i = 0;

	do {
		kmem = next;
		usleep(SETTLE_US);
		next = kmem_now();
	} while (next.bytes < kmem.bytes && ++i < SETTLES);
	return next;
}

struct kmem kmem_since(const struct kmem *before)
{
	struct kmem now = kmem_take();

	return (struct kmem){ now.bytes - before->bytes, now.nodes - before->nodes };
}
