// SPDX-License-Identifier: GPL-2.0
/*
 * Extended attributes of a mount. Where tmpfs of the kernel has none, or none in
 * user.*, only dpagerfs is asked.
 */
#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

#include "dp.h"
#include "twin.h"

#define CHUNK	(60 << 10)

static void trusted(void)
{
	twins_errno(0, "creat f 644");
	twins_only_second(twin_call(TWIN_TMPFS, "setx f trusted.probe x") == EOPNOTSUPP);
	twin_call(TWIN_TMPFS, "rmx f trusted.probe");
	twins_errno(0, "listx f");
	twins_errno(ENODATA, "getx f trusted.a");
	twins_errno(ENODATA, "setx f trusted.a value r");
	twins_errno(0, "setx f trusted.a value c");
	twins_errno(EEXIST, "setx f trusted.a value c");
	twins_errno(0, "getx f trusted.a");
	twins_errno(0, "setx f trusted.a other-value r");
	twins_errno(0, "getx f trusted.a");
	twins_errno(0, "setx f trusted.empty ");
	twins_errno(0, "getx f trusted.empty");
	twins_errno(0, "setx f trusted.b 2");
	twins_errno(0, "listx f");
	twins_errno(0, "as 1000 listx f");
	twins_errno(ENODATA, "as 1000 getx f trusted.a");
	twins_errno(EPERM, "as 1000 setx f trusted.a no");
	twins_errno(0, "rmx f trusted.a");
	twins_errno(ENODATA, "rmx f trusted.a");
	twins_errno(0, "listx f");
	twins_errno(0, "link f g");
	twins_errno(0, "getx g trusted.b");
	twins_errno(0, "unlink f");
	twins_errno(0, "getx g trusted.b");
	twins_errno(0, "symlink g s");
	twins_errno(0, "setx s trusted.l link");
	twins_errno(0, "getx s trusted.l");
	twins_errno(0, "mkdir d 755");
	twins_errno(0, "setx d trusted.d dir");
	twins_errno(0, "listx d");
	twins_errno(0, "setx g security.test secret");
	twins_errno(0, "getx g security.test");
	twins_errno(0, "listx g");
	twins_errno(EOPNOTSUPP, "setx g other.test no");
	twins_errno(EOPNOTSUPP, "setx g system.test no");
}

static void user(void)
{
	twin_errno(0, "creat u 666");
	twin_errno(0, "chmod u 666");
	twin_errno(0, "as 1000 setx u user.a one c");
	twin_errno(EEXIST, "setx u user.a one c");
	twin_errno(0, "getx u user.a");
	twin_errno(0, "as 65534 getx u user.a");
	twin_errno(0, "chmod u 600");
	twin_errno(EACCES, "as 65534 getx u user.a");
	twin_errno(EACCES, "as 65534 setx u user.a two");
	twin_errno(0, "rmx u user.a");
	twin_errno(ENODATA, "getx u user.a");
	twin_errno(EPERM, "setx s user.a on-a-symlink");
	twin_errno(0, "setx d user.a on-a-directory");
	twin_errno(0, "unlink u");
}

/* All of an inode's together are bounded. */
static void bounded(void)
{
	static char value[CHUNK], back[CHUNK];
	const char *path = TWIN_DPAGER "/g";

	memset(value, 'v', sizeof(value));
	ok_errno(setxattr(path, "user.1", value, CHUNK, 0) ? errno : 0, 0, "60 KiB");
	ok_errno(setxattr(path, "user.2", value, CHUNK, 0) ? errno : 0, 0, "and 60 KiB");
	ok_errno(setxattr(path, "user.3", value, CHUNK, 0) ? errno : 0, ENOSPC,
		 "but not 60 KiB more");
	ok_errno(setxattr(path, "user.2", value, 10, 0) ? errno : 0, 0, "one shrinks");
	ok_errno(setxattr(path, "user.3", value, CHUNK, 0) ? errno : 0, 0, "then it fits");
	ok(getxattr(path, "user.3", back, CHUNK) == CHUNK && !memcmp(back, value, CHUNK),
	   "and is right");
	ok_errno(getxattr(path, "user.3", back, 5) < 0 ? errno : 0, ERANGE, "too short to read");
	ok(getxattr(path, "user.3", NULL, 0) == CHUNK, "its size");
	ok_errno(listxattr(path, back, 3) < 0 ? errno : 0, ERANGE, "too short to list");
}

int main(void)
{
	int pager = dp_pager();

	twins_open("", NULL);
	trusted();
	user();
	bounded();
	twins_close();
	dp_settle(pager);
	ok(true, "no object is left");
	return tap_done();
}
