// SPDX-License-Identifier: GPL-2.0
/*
 * A file for a segment: zeros that were written. A file with holes, or one of
 * fallocate(), has blocks that the file system has yet to find or to mark, and
 * the module goes past the file system.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "progress.h"
#include "segment_add.h"
#include "worker.h"

#define STEP	(1 << 20)

/**
 * struct zeros - a file that is being filled
 * @file: its descriptor
 * @bytes: how many zeros it gets
 * @written: so many are there
 * @progress: as it is shown
 */
struct zeros {
	int file;
	uint64_t bytes;
	atomic_ullong written;
	struct progress progress;
};

static int write_some(struct zeros *zeros, const char *step)
{
	uint64_t left = zeros->bytes - zeros->written;
	ssize_t written = write(zeros->file, step, left < STEP ? left : STEP);

	if (written < 0)
		return errno == EINTR ? 0 : errno;
	zeros->written += written;
	return 0;
}

/* Returns 0 or errno. A signal ends it between two steps. */
static int fill(void *data, const atomic_bool *stop)
{
	struct zeros *zeros = data;
	char *step = calloc(1, STEP);
	int error = step ? 0 : ENOMEM;

	while (!error && zeros->written < zeros->bytes)
		error = atomic_load(stop) ? EINTR : write_some(zeros, step);
	free(step);
	while (!error && fsync(zeros->file))
		error = errno == EINTR && !atomic_load(stop) ? 0 : errno;
	return error;
}

static void show(void *data)
{
	struct zeros *zeros = data;

	progress_show(&zeros->progress, zeros->written, zeros->bytes);
}

static int create(const char *path)
{
	int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (file >= 0)
		return file;
	if (errno == EEXIST)
		args_fail("%s exists already; without --create it is used as it is", path);
	args_fail("%s: cannot make it: %s", path, strerror(errno));
}

static _Noreturn void fill_fail(const char *path, int error)
{
	unlink(path);
	if (error == EINTR)
		args_fail("%s: interrupted; the file is gone again", path);
	if (error == ENOSPC || error == EDQUOT || error == EFBIG)
		args_fail("%s: its file system has no room for so large a file; give a smaller "
			  "--size", path);
	args_fail("%s: cannot write it: %s", path, strerror(error));
}

/**
 * segment_zeros - make a file of zeros that are on its device
 * @path: where; nothing may be there yet
 * @bytes: its size
 *
 * Returns its descriptor. What fails ends the program and leaves no file.
 */
int segment_zeros(const char *path, uint64_t bytes)
{
	struct zeros zeros = {
		.file = create(path),
		.bytes = bytes,
		.progress = { .form = progress_form(0) },
	};
	const struct worker worker = {
		.work = fill,
		.tick = zeros.progress.form == PROGRESS_NONE ? NULL : show,
		.data = &zeros,
		.period = PROGRESS_PERIOD,
	};
	int error = worker_run(&worker);

	progress_end(&zeros.progress);
	if (error)
		fill_fail(path, error);
	return zeros.file;
}
