// SPDX-License-Identifier: GPL-2.0
/* STORE_OPEN by name and by id; both, neither, unknown and deleted ones. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "dp.h"

static int pager;

static void opens(uint64_t id, const char *name, uint64_t want, const char *what)
{
	struct dpager_store_info info;
	int fd;

	if (!ok_dp(dp_store_open(pager, id, name, &fd), 0, DPAGER_DETAIL_NONE, "open %s", what))
		return;
	ok(fcntl(fd, F_GETFD) == FD_CLOEXEC, "open %s: close-on-exec", what);
	dp_store_info(fd, &info);
	ok_equal(info.id, want, "open %s: it is that store", what);
	close(fd);
}

static void fails(uint64_t id, const char *name, int error, uint32_t detail,
		  const char *what)
{
	int fd;

	ok_dp(dp_store_open(pager, id, name, &fd), error, detail, "open %s", what);
}

static void answers(uint64_t id)
{
	struct dpager_store_open open = { .id = id };

	ok_errno(dp_call(pager, DPAGER_IOC_STORE_OPEN, &open, sizeof(open)), 0, "open by id");
	ok(!strcmp(open.name, "second"), "the name is answered");
	close(open.fd);
	memset(&open, 0, sizeof(open));
	strcpy(open.name, "second");
	ok_errno(dp_call(pager, DPAGER_IOC_STORE_OPEN, &open, sizeof(open)), 0, "open by name");
	ok_equal(open.id, id, "the id is answered");
	close(open.fd);
}

static void name_without_end(void)
{
	struct dpager_store_open open = { };

	memset(open.name, 'a', sizeof(open.name));
	ok_dp(dp_call(pager, DPAGER_IOC_STORE_OPEN, &open, sizeof(open)), EINVAL,
	      DPAGER_DETAIL_NAME, "open by a name that has no end");
}

int main(void)
{
	struct dpager_store_info info;
	int first, second;
	uint64_t id;

	pager = dp_pager();
	first = dp_store(pager, -1, 0, "first");
	second = dp_store(pager, -1, 0, "second");
	dp_store_info(second, &info);
	id = info.id;
	opens(id, NULL, id, "by id");
	opens(0, "second", id, "by name");
	answers(id);
	fails(id + 1000, NULL, ENOENT, DPAGER_DETAIL_ID, "an unknown id");
	fails(id + (1ULL << 32), NULL, ENOENT, DPAGER_DETAIL_ID,
	      "an id that differs above 32 bits");
	fails(0, "third", ENOENT, DPAGER_DETAIL_ID, "an unknown name");
	fails(0, "secon", ENOENT, DPAGER_DETAIL_ID, "a name's beginning");
	fails(0, "SECOND", ENOENT, DPAGER_DETAIL_ID, "a name in capitals");
	fails(id, "second", EINVAL, DPAGER_DETAIL_NAME, "by both");
	fails(0, "", EINVAL, DPAGER_DETAIL_NAME, "by neither");
	fails(0, "a b", EINVAL, DPAGER_DETAIL_NAME, "by what is no name");
	name_without_end();
	ok_errno(dp_store_delete(second, NULL), 0, "delete it");
	fails(id, NULL, ENOENT, DPAGER_DETAIL_ID, "a deleted one by id");
	fails(0, "second", ENOENT, DPAGER_DETAIL_ID, "a deleted one by name");
	ok_errno(dp_store_delete(first, NULL), 0, "delete the other");
	return tap_done();
}
