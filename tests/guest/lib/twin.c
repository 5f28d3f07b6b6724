// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dp.h"
#include "twin.h"

#define CHUNK	(64 * 1024UL)

void twin_open(struct twin *twin, int pager_or_store, uint64_t bytes, uint64_t room)
{
	unsigned int i;

	twin->room = room;
	twin->fd[TWIN_OBJECT] = dp_object(pager_or_store, bytes ? bytes : PAGE, &twin->id);
	twin->fd[TWIN_MEMFD] = memfd_create("twin", MFD_CLOEXEC);
	if (twin->fd[TWIN_MEMFD] < 0)
		bail("no memfd");
	for (i = 0; i < 2; i++) {
		if (ftruncate(twin->fd[i], bytes))
			bail("cannot set the size of twin %u", i);
		twin->map[i] = dp_map(twin->fd[i], room);
	}
}

void twin_close(struct twin *twin)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		munmap(twin->map[i], twin->room);
		close(twin->fd[i]);
	}
}

long twin_answer(long result)
{
	return result < 0 ? -errno : result;
}

long ok_same(struct twin *twin, twin_fn fn, void *argument, const char *fmt, ...)
{
	long object = fn(twin, TWIN_OBJECT, argument), memfd = fn(twin, TWIN_MEMFD, argument);
	char what[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	if (!ok(object == memfd, "%s", what))
		diag("the object answers %ld (%s), a memfd %ld (%s)", object,
		     object < 0 ? strerrorname_np(-object) : "success", memfd,
		     memfd < 0 ? strerrorname_np(-memfd) : "success");
	return object;
}

static bool chunk_equal(struct twin *twin, uint64_t at, const char *one, const char *other,
			ssize_t bytes)
{
	ssize_t i;

	if (!memcmp(one, other, bytes))
		return true;
	for (i = 0; one[i] == other[i]; i++)
		;
	diag("byte %llu (page %llu) is %#x, of the memfd %#x", (unsigned long long)(at + i),
	     (unsigned long long)((at + i) / PAGE), (unsigned char)one[i],
	     (unsigned char)other[i]);
	(void)twin;
	return false;
}

bool twin_equal(struct twin *twin)
{
	static char one[CHUNK], other[CHUNK];
	struct stat stat[2];
	uint64_t at = 0;
	ssize_t got[2];

	fstat(twin->fd[0], &stat[0]);
	fstat(twin->fd[1], &stat[1]);
	if (stat[0].st_size != stat[1].st_size) {
		diag("the object has %lld bytes, the memfd %lld", (long long)stat[0].st_size,
		     (long long)stat[1].st_size);
		return false;
	}
	do {
		got[0] = pread(twin->fd[0], one, CHUNK, at);
		got[1] = pread(twin->fd[1], other, CHUNK, at);
		if (got[0] != got[1]) {
			diag("at %llu %zd bytes are read, of the memfd %zd", (unsigned long long)at,
			     got[0], got[1]);
			return false;
		}
		if (!chunk_equal(twin, at, one, other, got[0] < 0 ? 0 : got[0]))
			return false;
		at += CHUNK;
	} while (got[0] == CHUNK);
	return true;
}

bool ok_content(struct twin *twin, const char *fmt, ...)
{
	char what[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	return ok(twin_equal(twin), "%s", what);
}

void twin_out(struct twin *twin)
{
	struct stat stat;

	/* An empty object has no range. */
	fstat(twin->fd[TWIN_OBJECT], &stat);
	if (stat.st_size)
		dp_page_out(twin->fd[TWIN_OBJECT]);
}

void twin_noise(void *buffer, uint64_t bytes, uint64_t *state)
{
	unsigned char *byte = buffer;

	/* Never 0: what should be zeros is told from what is not. */
	while (bytes--)
		*byte++ = random_next(state) % 255 + 1;
}
