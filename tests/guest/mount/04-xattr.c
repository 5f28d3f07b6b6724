// SPDX-License-Identifier: GPL-2.0
/*
 * Extended attributes of a mount. Where tmpfs of the kernel has none, or none in
 * user.*, only dpagerfs is asked.
 */
#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

#include "dp.h"
#include "parity.h"

#define CHUNK	(60 << 10)

static void trusted(void)
{
	parity_errno(0, "creat f 644");
	parity_only_ours(parity_call(PARITY_TMPFS, "setx f trusted.probe x") == EOPNOTSUPP);
	parity_call(PARITY_TMPFS, "rmx f trusted.probe");
	parity_errno(0, "listx f");
	parity_errno(ENODATA, "getx f trusted.a");
	parity_errno(ENODATA, "setx f trusted.a value r");
	parity_errno(0, "setx f trusted.a value c");
	parity_errno(EEXIST, "setx f trusted.a value c");
	parity_errno(0, "getx f trusted.a");
	parity_errno(0, "setx f trusted.a other-value r");
	parity_errno(0, "getx f trusted.a");
	parity_errno(0, "setx f trusted.empty ");
	parity_errno(0, "getx f trusted.empty");
	parity_errno(0, "setx f trusted.b 2");
	parity_errno(0, "listx f");
	parity_errno(0, "as 1000 listx f");
	parity_errno(ENODATA, "as 1000 getx f trusted.a");
	parity_errno(EPERM, "as 1000 setx f trusted.a no");
	parity_errno(0, "rmx f trusted.a");
	parity_errno(ENODATA, "rmx f trusted.a");
	parity_errno(0, "listx f");
	parity_errno(0, "link f g");
	parity_errno(0, "getx g trusted.b");
	parity_errno(0, "unlink f");
	parity_errno(0, "getx g trusted.b");
	parity_errno(0, "symlink g s");
	parity_errno(0, "setx s trusted.l link");
	parity_errno(0, "getx s trusted.l");
	parity_errno(0, "mkdir d 755");
	parity_errno(0, "setx d trusted.d dir");
	parity_errno(0, "listx d");
	parity_errno(0, "setx g security.test secret");
	parity_errno(0, "getx g security.test");
	parity_errno(0, "listx g");
	parity_errno(EOPNOTSUPP, "setx g other.test no");
	parity_errno(EOPNOTSUPP, "setx g system.test no");
}

static void user(void)
{
	parity_ours(0, "creat u 666");
	parity_ours(0, "chmod u 666");
	parity_ours(0, "as 1000 setx u user.a one c");
	parity_ours(EEXIST, "setx u user.a one c");
	parity_ours(0, "getx u user.a");
	parity_ours(0, "as 65534 getx u user.a");
	parity_ours(0, "chmod u 600");
	parity_ours(EACCES, "as 65534 getx u user.a");
	parity_ours(EACCES, "as 65534 setx u user.a two");
	parity_ours(0, "rmx u user.a");
	parity_ours(ENODATA, "getx u user.a");
	parity_ours(EPERM, "setx s user.a on-a-symlink");
	parity_ours(0, "setx d user.a on-a-directory");
	parity_ours(0, "unlink u");
}

/* All of an inode's together are bounded. */
static void bounded(void)
{
	static char value[CHUNK], back[CHUNK];
	const char *path = PARITY_DPAGER "/g";

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

	parity_open("", NULL);
	trusted();
	user();
	bounded();
	parity_close();
	dp_settle(pager);
	ok(true, "no object is left");
	return tap_done();
}
