// SPDX-License-Identifier: GPL-2.0
/* dpagerctl segment add */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "segment_add.h"
#include "signature.h"
#include "size.h"

enum {
	OPTION_OFFSET = 0x200,
	OPTION_SIZE,
	OPTION_RECORD,
	OPTION_RESERVE,
	OPTION_DISCARD,
	OPTION_CREATE,
};

static const struct option long_options[] = {
	{ "create", no_argument, NULL, OPTION_CREATE },
	{ "discard", optional_argument, NULL, OPTION_DISCARD },
	{ "force", no_argument, NULL, 'f' },
	{ "offset", required_argument, NULL, OPTION_OFFSET },
	{ "size", required_argument, NULL, OPTION_SIZE },
	{ "record", required_argument, NULL, OPTION_RECORD },
	{ "reserve", no_argument, NULL, OPTION_RESERVE },
	ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "segment add [options] STORE DEVICE|FILE",
	.about = "Give a device, a part of one, or a file to a store. What it held is lost.\n"
		 "STORE is a name, an id, or '#' and an id.",
	.options = "     --offset SIZE    where to begin on the device, default 0\n"
		   "     --size SIZE      how much to use, default all up to the device's or file's end\n"
		   "     --record SIZE    unit of both, default the device's logical block\n"
		   "     --reserve        use it only when all other segments are full\n"
		   "     --discard[=HOW]  tell the device what need not be kept: \"once\": all of it\n"
		   "                      now; \"pages\": slots that have become free; default both\n"
		   "     --create         make FILE, of --size zeros\n"
		   " -f, --force          even if it holds a filesystem, RAID, swap, ...\n",
	.short_options = "f" ARGS_SHORT,
	.long_options = long_options,
	.min = 2,
	.max = 2,
};

static uint32_t discard_flags(const char *how)
{
	if (!how)
		return DPAGER_ADD_DISCARD_ONCE | DPAGER_ADD_DISCARD;
	if (!strcmp(how, "once"))
		return DPAGER_ADD_DISCARD_ONCE;
	if (!strcmp(how, "pages"))
		return DPAGER_ADD_DISCARD;
	args_usage_fail("--discard: \"%s\" is neither once nor pages", how);
}

static uint64_t record_option(const char *text)
{
	uint64_t record = args_size("--record", text);

	if (!record || record > UINT32_MAX)
		args_usage_fail("--record: %s", explain(EINVAL, DPAGER_DETAIL_RECORD_SIZE));
	return record;
}

static void parse_option(int option, struct segment_add *add)
{
	switch (option) {
	case OPTION_OFFSET:
		add->offset = args_size("--offset", optarg);
		break;
	case OPTION_SIZE:
		add->size = args_size("--size", optarg);
		add->sized = true;
		break;
	case OPTION_RECORD:
		add->record = record_option(optarg);
		break;
	case OPTION_RESERVE:
		add->flags |= DPAGER_ADD_RESERVE;
		break;
	case OPTION_DISCARD:
		add->flags |= discard_flags(optarg);
		break;
	case OPTION_CREATE:
		add->create = true;
		break;
	case 'f':
		add->force = true;
		break;
	}
}

static void parse(int argc, char **argv, struct segment_add *add)
{
	int option;

	while ((option = args_next(argc, argv, &syntax)) != -1)
		parse_option(option, add);
	add->store = argv[optind];
	add->path = argv[optind + 1];
	if (add->create)
		segment_file_check(add);
}

static _Noreturn void device_fail(const char *path)
{
	switch (errno) {
	case ENOENT:
		args_fail("there is no %s; \"lsblk\" shows the devices there are", path);
	case EROFS:
		args_fail("%s: %s", path, explain(EROFS, DPAGER_DETAIL_DEVICE_RDONLY));
	case EBUSY:
		args_fail("%s: %s", path, explain(EBUSY, DPAGER_DETAIL_CLAIMED));
	case ENXIO:
	case ENODEV:
	case ENOMEDIUM:
		args_fail("%s: there is no device or no medium behind it; \"lsblk\" shows the "
			  "devices there are", path);
	}
	args_fail("%s: cannot open it: %s", path, strerror(errno));
}

/*
 * Not O_EXCL: the module claims the device itself, under its own name, so
 * that several segments can lie on one device. A claim of ours would make its
 * claim fail.
 */
static int device_open(const char *path)
{
	struct stat stat_buf;
	int fd;

	if (stat(path, &stat_buf))
		device_fail(path);
	if (!S_ISBLK(stat_buf.st_mode))	/* opening a tape or a pipe may do things */
		args_fail("%s: %s", path, explain(ENOTBLK, DPAGER_DETAIL_DEVICE_KIND));
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		device_fail(path);
	return fd;
}

static void check_multiple(const char *option, uint64_t bytes, uint64_t record)
{
	if (bytes % record)
		args_usage_fail("%s: %llu is not a multiple of the record, %llu bytes", option,
				(unsigned long long)bytes, (unsigned long long)record);
}

/* The rest of the device from the offset on. */
static uint64_t rest(int device, const struct segment_add *add)
{
	uint64_t bytes;

	if (ioctl(device, BLKGETSIZE64, &bytes))
		args_fail("%s: cannot ask for its size: %s", add->path, strerror(errno));
	if (add->offset >= bytes)
		args_fail("%s: --offset %llu is behind its end: it has %llu bytes", add->path,
			  (unsigned long long)add->offset, (unsigned long long)bytes);
	return bytes - add->offset;
}

/* Bytes become records. The kernel judges the record and the range. */
static void range(int device, const struct segment_add *add, struct dpager_add_segment *segment)
{
	uint64_t record = add->record;
	int block;

	if (!record) {
		if (ioctl(device, BLKSSZGET, &block))
			args_fail("%s: cannot ask for its block: %s", add->path, strerror(errno));
		record = block;
	}
	check_multiple("--offset", add->offset, record);
	if (add->sized)
		check_multiple("--size", add->size, record);
	segment->record_size = record;
	segment->offset = add->offset / record;
	segment->count = (add->sized ? add->size : rest(device, add)) / record;
}

static void device_add(int store, const char *store_name, struct segment_add *add)
{
	struct dpager_add_segment segment = { .size = sizeof(segment), .flags = add->flags };

	segment.device = device_open(add->path);
	range(segment.device, add, &segment);
	if (!add->force)
		signature_refuse(segment.device, add->path);
	call(store, DPAGER_IOC_ADD_SEGMENT, &segment, "add %s to store \"%s\"", add->path,
	     store_name);
	add->id = segment.id;
	add->pages = segment.pages;
}

static bool is_file(const struct segment_add *add)
{
	struct stat stat_buf;

	return add->create || (!stat(add->path, &stat_buf) && S_ISREG(stat_buf.st_mode));
}

/**
 * segment_add - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int segment_add(int argc, char **argv)
{
	struct segment_add add = { .force = false };
	struct dpager_store_open opened;
	struct dpager_info info;
	char size[SIZE_TEXT];
	int pager, store;
	bool file;

	parse(argc, argv, &add);
	pager = call_pager(O_RDWR);
	store = call_store(pager, add.store, &opened);
	file = is_file(&add);
	if (file)
		segment_file_add(store, opened.name, &add);
	else
		device_add(store, opened.name, &add);
	call_info(pager, &info);
	size_print(size, sizeof(size), size_of_pages(add.pages, info.page_size));
	printf("segment %llu added to store \"%s\": %s %s %s\n", (unsigned long long)add.id,
	       opened.name, size, file ? "in" : "on", add.path);
	return EXIT_OK;
}
