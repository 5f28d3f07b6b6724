// SPDX-License-Identifier: GPL-2.0
/*
 * Shared memory, swapped to a compressed ram disk (zram, its compressor the
 * default) as large as the other peers' half of the disk, without readahead as
 * is recommended for it. Pages of marks are
 * nearly all zero and compress to next to nothing: real ones would need more
 * memory, so this is zram at its very best.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "command.h"
#include "disk.h"
#include "peer/memfd.h"
#include "peer/peers.h"
#include "setting.h"

#define DEVICE	"/dev/zram0"
#define SETTING	"/sys/block/zram0/"

static bool size_set(void)
{
	int disk = open(DISK_PEER, O_RDONLY | O_CLOEXEC);
	off_t bytes = disk < 0 ? -1 : lseek(disk, 0, SEEK_END);
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)bytes);
	if (disk >= 0)
		close(disk);
	return bytes > 0 && setting_write(SETTING "disksize", text);
}

static bool zram_unload(void)
{
	static const char *const arguments[] = { "modprobe", "-r", "zram", NULL };

	return command_run(arguments);
}

static bool zram_begin(void)
{
	static const char *const arguments[] = { "modprobe", "zram", NULL };

	if (!command_run(arguments))
		return false;
	if (size_set() && memfd_swap_begin(DEVICE, "0"))
		return true;
	zram_unload();
	return false;
}

static bool zram_end(void)
{
	return memfd_swap_end(DEVICE) && setting_write(SETTING "reset", "1") && zram_unload();
}

const struct engine peer_zram = {
	.name = "zram",
	.begin = zram_begin,
	.object = memfd_object,
	.end = zram_end,
	.traits = ENGINE_SHARED | ENGINE_CGROUP,
};
