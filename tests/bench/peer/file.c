// SPDX-License-Identifier: GPL-2.0
/*
 * A file of ext4, mapped shared: preallocated, so that writing it back has no
 * blocks to find. Nothing of mke2fs is left for later, which would be read and
 * written while we measure; the disk is not discarded, as its first use would
 * cost more than for the others.
 */
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "disk.h"
#include "peer/peers.h"
#include "tools.h"

#define PLACE	"/mnt"

static bool file_begin(void)
{
	static const char *const arguments[] = {
		"-q", "-F", "-t", "ext4", "-m", "0", "-E",
		"nodiscard,lazy_itable_init=0,lazy_journal_init=0", DISK_PEER, NULL
	};

	if (!tools_run("mke2fs", arguments))
		return false;
	return !mount(DISK_PEER, PLACE, "ext4", MS_NOATIME, NULL) || peer_failed("mount", PLACE);
}

static int file_object(size_t bytes)
{
	int object = open(PLACE, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (object >= 0 && !fallocate(object, 0, 0, (off_t)bytes))
		return object;
	peer_failed("file", "create");
	if (object >= 0)
		close(object);
	return -1;
}

static bool file_end(void)
{
	return !umount(PLACE) || peer_failed("umount", PLACE);
}

const struct engine peer_file = {
	.name = "file",
	.begin = file_begin,
	.object = file_object,
	.end = file_end,
	.traits = ENGINE_SHARED | ENGINE_CGROUP,
};
