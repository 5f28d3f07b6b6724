// SPDX-License-Identifier: GPL-2.0
/*
 * Names on a mount: what tmpfs answers to a call, dpagerfs answers, and leaves the
 * same tree behind.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "dp.h"
#include "twin.h"

static void files(void)
{
	twins_errno(0, "creat f 644");
	twins_errno(EEXIST, "creat f 644");
	twins_errno(ENOENT, "creat d/f 644");
	twins_errno(0, "link f g");
	twins_errno(EEXIST, "link f g");
	twins_errno(ENOENT, "link h i");
	twins_errno(0, "unlink f");
	twins_errno(ENOENT, "unlink f");
	twins_errno(ENOTDIR, "creat g/f 644");
	twins_errno(ENOTDIR, "rmdir g");
	twins_errno(0, "stat g");
	twins_errno(0, "unlink g");
}

static void directories(void)
{
	twins_errno(0, "mkdir d 755");
	twins_errno(EEXIST, "mkdir d 755");
	twins_errno(0, "mkdir d/e 700");
	twins_errno(0, "creat d/f 600");
	twins_errno(0, "list d");
	twins_errno(ENOTEMPTY, "rmdir d");
	twins("unlink d");
	twins_errno(EPERM, "link d d2");
	twins("rmdir d/.");
	twins_errno(0, "unlink d/f");
	twins_errno(0, "rmdir d/e");
	twins_errno(0, "list d");
	twins_errno(0, "rmdir d");
	twins_errno(ENOENT, "list d");
	twins("list .");
}

static void kinds(void)
{
	twins_errno(0, "mknod fifo p 644");
	twins_errno(0, "mknod char c 644");
	twins_errno(0, "mknod block b 644");
	twins_errno(0, "mknod socket s 644");
	twins_errno(0, "mknod file f 644");
	twins_errno(EEXIST, "mknod file p 644");
	twins("list .");
	twins_errno(0, "read char");
	twins_errno(0, "read fifo");
	twins_errno(ENXIO, "read socket");
	twins_errno(EPERM, "as 1000 mknod c2 c 644");
	twins("unlink fifo");
	twins("unlink char");
	twins("unlink block");
	twins("unlink socket");
	twins("unlink file");
}

static void symlinks(void)
{
	char target[PATH_MAX + 1];

	memset(target, 'x', sizeof(target) - 1);
	twins_errno(0, "creat f 644");
	twins_errno(0, "symlink f s");
	twins_errno(0, "read s");
	twins_errno(0, "stat s");
	twins_errno(EEXIST, "symlink f s");
	twins_errno(0, "symlink nowhere n");
	twins_errno(ENOENT, "read n");
	twins_errno(0, "symlink l l");
	twins_errno(ELOOP, "read l");
	twins_errno(0, "link s s2");
	twins_errno(0, "chown s 1000 1000");
	target[200] = 0;
	twins_errno(0, "symlink %s long", target);
	twins_errno(ENOENT, "unlink f2");
	twins("unlink s");
	twins("unlink s2");
	twins("unlink n");
	twins("unlink l");
	twins("unlink long");
	twins("unlink f");
}

static void tmpfiles(void)
{
	twins_errno(0, "mkdir d 755");
	twins_errno(0, "tmpfile d");
	twins_errno(0, "list d");
	twins_errno(0, "tmpfile d d/named");
	twins_errno(EEXIST, "tmpfile d d/named");
	twins_errno(0, "list d");
	twins_errno(ENOENT, "tmpfile e");
	twins_errno(0, "unlink d/named");
	twins_errno(0, "rmdir d");
}

static void long_names(void)
{
	char name[NAME_MAX + 2];

	memset(name, 'n', sizeof(name) - 1);
	name[NAME_MAX + 1] = 0;
	twins_errno(ENAMETOOLONG, "creat %s 644", name);
	name[NAME_MAX] = 0;
	twins_errno(0, "creat %s 644", name);
	twins_errno(0, "unlink %s", name);
}

static void permissions(void)
{
	twins_errno(0, "chmod . 1777");
	twins_errno(0, "as 1000 creat mine 600");
	twins_errno(EACCES, "as 65534 read mine");
	twins_errno(EPERM, "as 65534 unlink mine");
	twins_errno(EPERM, "as 65534 chmod mine 777");
	twins_errno(EPERM, "as 1000 chown mine 65534 65534");
	twins_errno(0, "as 1000 chmod mine 644");
	twins_errno(0, "as 65534 read mine");
	twins_errno(EACCES, "as 65534 write mine");
	twins_errno(0, "chown mine 65534 65534");
	twins_errno(0, "as 65534 write mine");
	twins_errno(0, "chmod mine 6755");
	twins_errno(0, "chown mine 1000 1000");
	twins_errno(0, "as 1000 mkdir private 700");
	twins_errno(EACCES, "as 65534 creat private/f 644");
	twins_errno(EACCES, "as 65534 list private");
	twins_errno(0, "umask 077");
	twins_errno(0, "creat masked 666");
	twins_errno(0, "mkdir maskedd 777");
	twins_errno(0, "umask 022");
	twins("unlink masked");
	twins("rmdir maskedd");
	twins("rmdir private");
	twins("unlink mine");
}

/* What is made in a directory with the bit has its group. */
static void setgid(void)
{
	twins_errno(0, "mkdir g 755");
	twins_errno(0, "chown g 1000 4242");
	twins_errno(0, "chmod g 2777");
	twins_errno(0, "creat g/f 2755");
	twins_errno(0, "mkdir g/d 755");
	twins_errno(0, "as 65534 creat g/other 2755");
	twins_errno(0, "as 65534 mkdir g/e 755");
	twins_errno(0, "tmpfile g g/t");
	twins("unlink g/f");
	twins("unlink g/other");
	twins("unlink g/t");
	twins("rmdir g/d");
	twins("rmdir g/e");
	twins("rmdir g");
}

static void many(void)
{
	char place[2][32] = { TWIN_TMPFS, TWIN_DPAGER };
	unsigned int i, p;

	for (p = 0; p < 2; p++) {
		twin_call(place[p], "mkdir m 755");
		for (i = 0; i < 300; i++)
			twin_call(place[p], "creat m/%u 644", i);
		for (i = 0; i < 300; i += 2)
			twin_call(place[p], "unlink m/%u", i);
	}
	twins_errno(0, "list m");
	for (p = 0; p < 2; p++)
		for (i = 1; i < 300; i += 2)
			twin_call(place[p], "unlink m/%u", i);
	twins_errno(0, "rmdir m");
}

int main(void)
{
	int pager = dp_pager();

	twins_open("", NULL);
	files();
	directories();
	kinds();
	symlinks();
	tmpfiles();
	long_names();
	permissions();
	setgid();
	many();
	twins_close();
	dp_settle(pager);
	ok(true, "no object is left");
	return tap_done();
}
