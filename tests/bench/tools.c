// SPDX-License-Identifier: GPL-2.0
#include "tools.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "command.h"

#define SERIAL		"tools.ext4"
#define PLACE		"/tools"
#define LOADER		PLACE "/lib/ld-linux-x86-64.so.2"
#define ARGUMENTS	24

static bool serial_matches(char letter)
{
	char path[] = "/sys/block/vd?/serial", serial[32] = "";
	FILE *file;

	*strchr(path, '?') = letter;
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(serial, sizeof(serial), file))
		serial[0] = 0;
	fclose(file);
	return !strcmp(serial, SERIAL);
}

/* The image's disk is the one whose serial is the image's file name. */
static bool tools_mount(void)
{
	char device[] = "/dev/vd?", letter = 'a';

	while (letter <= 'z' && !serial_matches(letter))
		letter++;
	if (letter > 'z') {
		fputs("bench: no disk is " SERIAL " (tools/lab/guest --tools)\n", stderr);
		return false;
	}
	*strchr(device, '?') = letter;
	mkdir(PLACE, 0755);
	if (!mount(device, PLACE, "ext4", MS_RDONLY, NULL) || errno == EBUSY)
		return true;
	perror("bench: mount " PLACE);
	return false;
}

bool tools_run(const char *program, const char *const *arguments)
{
	const char *all[ARGUMENTS] = { LOADER, "--library-path", PLACE "/lib" };
	size_t count = 4;
	char path[64];

	if (!tools_mount())
		return false;
	snprintf(path, sizeof(path), PLACE "/bin/%s", program);
	all[3] = path;
	while (*arguments && count < ARGUMENTS - 1)
		all[count++] = *arguments++;
	setenv("MKE2FS_CONFIG", PLACE "/etc/mke2fs.conf", 1);
	return command_run(all);
}
