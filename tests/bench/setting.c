// SPDX-License-Identifier: GPL-2.0
#include "setting.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool setting_write(const char *path, const char *value)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	bool written = file >= 0 && write(file, value, strlen(value)) >= 0;

	if (!written)
		fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
	if (file >= 0)
		close(file);
	return written;
}
