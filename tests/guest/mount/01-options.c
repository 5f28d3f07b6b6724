// SPDX-License-Identifier: GPL-2.0
/*
 * Options of a mount: what is good, what is refused with which errno, and what
 * /proc/mounts shows. A refusal leaves nothing behind.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"
#include "parity.h"

#define PLACE	"/mounted"

/* The line of /proc/mounts with that place, or "". */
static const char *shown(const char *place)
{
	static char line[1024];
	FILE *mounts = fopen("/proc/mounts", "r");
	char at[256];

	while (fgets(line, sizeof(line), mounts))
		if (sscanf(line, "%*s %255s", at) == 1 && !strcmp(at, place))
			goto out;
	*line = 0;
out:
	fclose(mounts);
	return line;
}

static void good(const char *options, const char *what)
{
	ok_errno(parity_mount("dpagerfs", PLACE, options), 0, "%s", options);
	if (!ok(strstr(shown(PLACE), what), "shown: %s", what))
		diag("%s", shown(PLACE));
	ok_errno(parity_unmount(PLACE), 0, "and unmounted");
}

static void accepted(void)
{
	good("", "dpagerfs rw,relatime,nr_inodes=");
	good("store=one", ",store=one,");
	good("store=one:two", ",store=one:two,");
	good("size=1m", ",size=1024k,");
	good("size=5000", ",size=8k,");
	good("size=0", "relatime,nr_inodes=");
	good("size=50%", ",size=");
	good("nr_inodes=10", ",nr_inodes=10");
	good("nr_inodes=2k", ",nr_inodes=2048");
	good("nr_inodes=0", ",nr_inodes=0");
	good("mode=750", ",mode=750");
	good("uid=1000,gid=1001", ",uid=1000,gid=1001");
	good("size=1m,size=2m", ",size=2048k");
	good("store=one,store=two", ",store=two,");
}

static void bad(int want, const char *options)
{
	ok_errno(parity_mount("dpagerfs", PLACE, options), want, "%s", options);
	ok(!*shown(PLACE), "nothing is mounted");
}

static void refused(void)
{
	bad(ENOENT, "store=three");
	bad(ENOENT, "store=one:three");
	bad(ENOENT, "store=one:");
	bad(EINVAL, "store=one:one");
	bad(EINVAL, "store=1:2:3:4:5:6:7:8:9:10:11:12:13:14:15:16:17");
	bad(EINVAL, "store=");
	bad(EINVAL, "store");
	bad(EINVAL, "size=");
	bad(EINVAL, "size=-1");
	bad(EINVAL, "size=12x");
	bad(EINVAL, "size=12%%");
	bad(EINVAL, "size=99999999999%");
	bad(EINVAL, "size=8e");
	bad(EINVAL, "nr_inodes=many");
	bad(EINVAL, "nr_inodes=-1");
	bad(EINVAL, "nr_inodes=10%");
	bad(EINVAL, "mode=9");
	bad(EINVAL, "uid=root");
	bad(EINVAL, "uid=4294967295");
	bad(EINVAL, "gid=-1");
	bad(EINVAL, "unknown=1");
	bad(EINVAL, "size=1m,unknown");
	ok(kernel_log_count("store=three: there is no such store"), "the log says which store");
	ok(kernel_log_count("size=12x: want bytes"), "and what it wants instead");
}

static void root(void)
{
	struct stat st;
	struct statfs fs;

	if (parity_mount("dpagerfs", PLACE, "mode=2750,uid=1000,gid=1001,size=1m"))
		bail("mount");
	stat(PLACE, &st);
	ok_equal(st.st_mode, S_IFDIR | 02750, "mode of the root");
	ok(st.st_uid == 1000 && st.st_gid == 1001, "its owner and group");
	statfs(PLACE, &fs);
	ok_equal(fs.f_type, 0x64706673, "type");
	ok(fs.f_bsize == PAGE && fs.f_namelen == 255, "block size, length of a name");
	ok_equal(fs.f_blocks, 256, "blocks");
	ok_equal(fs.f_bfree, 256, "free ones");
	parity_unmount(PLACE);
}

static int mounts(void *options)
{
	return mount("dpager", PLACE, "dpagerfs", 0, options) ? errno : 0;
}

static int mounts_in_namespace(void *options)
{
	if (unshare(CLONE_NEWNS))
		return 255;
	return mounts(options);
}

static void who(void)
{
	int error;

	parity_place(PLACE);
	ok_errno(proc_run_as(PROC_NOBODY, mounts, ""), EPERM, "an unprivileged user");
	error = proc_run_userns(mounts_in_namespace, "");
	if (error < 0)
		tap_skip("no user namespaces", "root of a user namespace");
	else
		ok_errno(error, EPERM, "root of a user namespace");
}

/* A store with a private mark is for who names it, and named it was. */
static void private_store(int pager)
{
	int store = dp_store_private(pager, -1, "hidden");

	good("store=hidden", ",store=hidden,");
	ok_errno(dp_delete_wait(store), 0, "and deleted");
	bad(ENOENT, "store=hidden");
	close(store);
}

/* Files that are created after all its stores were deleted. */
static void deleted_store(int pager)
{
	int store = dp_store(pager, -1, 0, "short");

	if (parity_mount("dpagerfs", PLACE, "store=short"))
		bail("mount");
	ok_errno(parity_call(PLACE, "creat before 644"), 0, "a file");
	parity_call(PLACE, "unlink before");
	ok_errno(dp_delete_wait(store), 0, "the store is deleted");
	close(store);
	ok_errno(parity_call(PLACE, "creat after 644"), ESTALE, "no file any more");
	ok_errno(parity_call(PLACE, "mkdir after 755"), 0, "but a directory");
	ok_errno(mount("dpager", PLACE, "dpagerfs", MS_REMOUNT, "store=one") ? errno : 0, 0,
		 "another store");
	ok_errno(parity_call(PLACE, "creat after/all 644"), 0, "then a file");
	ok_errno(parity_unmount(PLACE), 0, "unmounted");
}

int main(void)
{
	int pager = dp_pager();
	int one = dp_store(pager, -1, 0, "one"), two = dp_store(pager, -1, 0, "two");

	accepted();
	refused();
	root();
	who();
	private_store(pager);
	deleted_store(pager);
	dp_settle(pager);
	ok_errno(dp_delete_wait(one), 0, "store one is not in use");
	ok_errno(dp_delete_wait(two), 0, "nor is two");
	close(one);
	close(two);
	return tap_done();
}
