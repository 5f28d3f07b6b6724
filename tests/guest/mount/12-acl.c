// SPDX-License-Identifier: GPL-2.0
/*
 * Access control lists, and what is inherited from a directory's default. Where
 * tmpfs of the kernel has none, dpagerfs has none either.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "dp.h"
#include "parity.h"

#define ACCESS	"system.posix_acl_access"
#define INHERIT	"system.posix_acl_default"

/* As the kernel takes it: version 2, then entries by tag. */
struct entry {
	uint16_t tag, perm;
	uint32_t id;
};

struct acl {
	uint32_t version;
	struct entry entry[5];
};

enum { USER_OBJ = 1, USER = 2, GROUP_OBJ = 4, MASK = 16, OTHER = 32 };

static const struct acl for_user = { 2, {
	{ USER_OBJ, 6, -1 }, { USER, 6, 1000 }, { GROUP_OBJ, 4, -1 }, { MASK, 6, -1 },
	{ OTHER, 0, -1 },
} };

static const char *const places[] = { PARITY_TMPFS, PARITY_DPAGER };

static const char *at(unsigned int place, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", places[place], name);
	return path;
}

static int set(unsigned int place, const char *name, const char *kind, const void *acl, size_t size)
{
	return setxattr(at(place, name), kind, acl, size, 0) ? errno : 0;
}

/* Both give the same list, or none. */
static void same(const char *name, const char *kind, const char *what)
{
	char acl[2][256] = { };
	ssize_t size[2];
	int error[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		size[i] = getxattr(at(i, name), kind, acl[i], sizeof(acl[i]));
		error[i] = size[i] < 0 ? errno : 0;
	}
	ok(size[0] == size[1] && error[0] == error[1] && !memcmp(acl[0], acl[1], sizeof(acl[0])),
	   "%s: %zd bytes, %s", what, size[1], error[1] ? strerrorname_np(error[1]) : "");
}

static void both(const char *name, const char *kind, const void *acl, size_t size, const char *what)
{
	int error = set(0, name, kind, acl, size);

	ok_errno(set(1, name, kind, acl, size), error, "%s: %s", what,
		 error ? strerrorname_np(error) : "set");
	parity("stat %s", name);
	parity("listx %s", name);
	same(name, ACCESS, "its list");
	same(name, INHERIT, "its default");
}

int main(void)
{
	int pager = dp_pager();
	struct acl broken = for_user;

	parity_open("", NULL);
	parity_errno(0, "creat f 600");
	both("f", ACCESS, &for_user, sizeof(for_user), "a list");
	parity("as 1000 write f");
	parity("as 65534 read f");
	parity("chmod f 640");
	same("f", ACCESS, "after chmod");
	parity("as 1000 read f");
	parity("as 1000 write f");
	both("f", INHERIT, &for_user, sizeof(for_user), "a default, of a file");
	parity_errno(0, "mkdir d 755");
	both("d", INHERIT, &for_user, sizeof(for_user), "a default");
	parity_errno(0, "creat d/f 666");
	same("d/f", ACCESS, "inherited by a file");
	parity_errno(0, "mkdir d/d 777");
	same("d/d", ACCESS, "inherited by a directory");
	same("d/d", INHERIT, "its default");
	parity_errno(0, "tmpfile d d/t");
	same("d/t", ACCESS, "inherited by a nameless file");
	parity_errno(0, "symlink f d/s");
	parity_errno(0, "mknod d/p p 666");
	same("d/p", ACCESS, "inherited by a fifo");
	parity("chmod . 1777");
	parity("as 1000 write d/f");
	broken.entry[4].tag = 3;
	both("f", ACCESS, &broken, sizeof(broken), "nonsense");
	parity("rmx f %s", ACCESS);
	parity("listx f");
	parity("rmx d %s", INHERIT);
	parity("creat d/g 666");
	parity_close();
	dp_settle(pager);
	ok(true, "no object is left");
	return tap_done();
}
