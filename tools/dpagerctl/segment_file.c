// SPDX-License-Identifier: GPL-2.0
/* dpagerctl segment add, for a regular file */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "args.h"
#include "call.h"
#include "segment_add.h"
#include "signature.h"

/**
 * segment_file_check - whether the options fit to a file; else the program ends
 * @add: what the command line asks for
 */
void segment_file_check(const struct segment_add *add)
{
	if (add->offset || add->record)
		args_usage_fail("--offset and --record are for devices: a file is used from its "
				"beginning");
	if (add->flags & DPAGER_ADD_DISCARD)
		args_usage_fail("--discard: a file system is not told which pages of a file are "
				"free; --discard=once is all there is for a file");
	if (add->create && !add->size)
		args_usage_fail("--create wants a --size above 0 for the file that it makes");
}

/* Whoever may read the file may read what programs page out. */
static void warn_readable(int file, const char *path)
{
	struct stat stat_buf;

	if (fstat(file, &stat_buf) || !(stat_buf.st_mode & (S_IRWXG | S_IRWXO)))
		return;
	fprintf(stderr, "%s: %s: others than its owner may read or write it, and so what is paged "
		"out to it; \"chmod 600 %s\" is better\n", program_invocation_short_name, path,
		path);
}

static int file_open(const struct segment_add *add)
{
	int file = open(add->path, O_RDWR | O_CLOEXEC);

	if (file < 0)
		args_fail("%s: cannot open it: %s", add->path, strerror(errno));
	if (!add->force)
		signature_refuse(file, add->path);
	warn_readable(file, add->path);
	return file;
}

/* A file that was made for this only does not stay when it did not come to it. */
static _Noreturn void add_fail(const struct segment_add *add, const char *store_name,
			       const struct dpager_add_file *call)
{
	int error = errno;

	if (add->create)
		unlink(add->path);
	errno = error;
	if (error == ENXIO)
		args_fail("cannot add %s to store \"%s\": it has less than --size %llu bytes",
			  add->path, store_name, (unsigned long long)add->size);
	call_fail(call, "add %s to store \"%s\"", add->path, store_name);
}

/**
 * segment_file_add - give a file to a store
 * @store: the store
 * @store_name: its name for messages
 * @add: what the command line asks for; out: the segment
 */
void segment_file_add(int store, const char *store_name, struct segment_add *add)
{
	struct dpager_add_file call = {
		.size = sizeof(call),
		.flags = add->flags,
		.bytes = add->size,
	};

	segment_file_check(add);
	if (add->sized && !add->size)	/* for the call 0 is all of it */
		args_usage_fail("--size: %s", explain(EINVAL, DPAGER_DETAIL_COUNT));
	call.file = add->create ? segment_zeros(add->path, add->size) : file_open(add);
	if (call_try(store, DPAGER_IOC_ADD_FILE, &call))
		add_fail(add, store_name, &call);
	add->id = call.id;
	add->pages = call.pages;
}
