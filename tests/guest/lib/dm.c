// SPDX-License-Identifier: GPL-2.0
/*
 * Device mapper by its own ioctls: dmsetup would have to be started, and to
 * find memory, while the guest has none.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "block.h"
#include "tap.h"

#define DM_ROOM	1024

struct dm_request {
	struct dm_ioctl head;
	char room[DM_ROOM];
};

static void dm_request(struct dm_request *request, const char *name, uint32_t flags)
{
	memset(request, 0, sizeof(*request));
	request->head.version[0] = DM_VERSION_MAJOR;
	request->head.data_size = sizeof(*request);
	request->head.data_start = sizeof(request->head);
	request->head.flags = flags;
	snprintf(request->head.name, sizeof(request->head.name), "%s", name);
}

static int dm_call(unsigned long command, struct dm_request *request)
{
	int control = block_open("/dev/mapper/control", O_RDWR), error;

	error = ioctl(control, command, request) ? errno : 0;
	close(control);
	return error;
}

static int dm_load(const char *name, uint64_t sectors, const char *target,
		   const char *parameters)
{
	struct dm_request request;
	struct dm_target_spec spec = { .length = sectors };

	dm_request(&request, name, 0);
	request.head.target_count = 1;
	snprintf(spec.target_type, sizeof(spec.target_type), "%s", target);
	memcpy(request.room, &spec, sizeof(spec));
	snprintf(request.room + sizeof(spec), DM_ROOM - sizeof(spec), "%s", parameters);
	return dm_call(DM_TABLE_LOAD, &request);
}

static int dm_simple(const char *name, unsigned long command, uint32_t flags)
{
	struct dm_request request;

	dm_request(&request, name, flags);
	return dm_call(command, &request);
}

int dm_remove(const char *name)
{
	return dm_simple(name, DM_DEV_REMOVE, 0);
}

int dm_try(const char *name, uint64_t sectors, const char *target,
	   const char *parameters)
{
	int error = dm_simple(name, DM_DEV_CREATE, 0);

	if (error)
		return error;
	error = dm_load(name, sectors, target, parameters);
	if (!error)
		error = dm_simple(name, DM_DEV_SUSPEND, 0);
	if (error)
		dm_remove(name);
	return error;
}

static int dm_minor(const char *name)
{
	struct dm_request request;

	dm_request(&request, name, 0);
	errno = dm_call(DM_DEV_STATUS, &request);
	if (errno)
		bail("device mapper does not know %s", name);
	return minor(request.head.dev);
}

int dm_create(const char *name, uint64_t sectors, const char *target,
	      const char *parameters, char *path)
{
	int number;

	errno = dm_try(name, sectors, target, parameters);
	if (errno)
		bail("cannot make %s: %s %s", name, target, parameters);
	number = dm_minor(name);
	snprintf(path, 64, "/dev/dm-%d", number);
	close(block_open(path, O_RDONLY));
	return number;
}

void dm_suspend(const char *name)
{
	errno = dm_simple(name, DM_DEV_SUSPEND,
			  DM_SUSPEND_FLAG | DM_SKIP_LOCKFS_FLAG | DM_NOFLUSH_FLAG);
	if (errno)
		bail("cannot suspend %s", name);
}

void dm_resume(const char *name)
{
	errno = dm_simple(name, DM_DEV_SUSPEND, 0);
	if (errno)
		bail("cannot resume %s", name);
}

void dm_change(const char *name, uint64_t sectors, const char *target,
	       const char *parameters)
{
	errno = dm_load(name, sectors, target, parameters);
	if (errno)
		bail("cannot load %s into %s", target, name);
	dm_suspend(name);
	dm_resume(name);
}
