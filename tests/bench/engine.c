// SPDX-License-Identifier: GPL-2.0
#include "engine.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "peer/peers.h"

const struct engine *const engines[] = {
	&peer_dpager, &peer_swap, &peer_swap_0, &peer_swap_5, &peer_file, &peer_zram, &peer_uffd,
	NULL
};

const struct engine *engine_find(const char *name)
{
	const struct engine *const *engine = engines;

	while (*engine && strcmp(name, (*engine)->name))
		engine++;
	return *engine;
}

static void *object_map(int object, size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, object, 0);

	if (memory == MAP_FAILED) {
		perror("bench: mmap");
		memory = NULL;
	}
	close(object);
	return memory;
}

void *engine_map(const struct engine *engine, size_t bytes)
{
	int object;

	if (engine->map)
		return engine->map(bytes);
	object = engine->object(bytes);
	return object < 0 ? NULL : object_map(object, bytes);
}

void engine_unmap(const struct engine *engine, void *memory, size_t bytes)
{
	if (engine->unmap)
		engine->unmap(memory, bytes);
	else
		munmap(memory, bytes);
}
