// SPDX-License-Identifier: GPL-2.0
/*
 * Names on a mount: what tmpfs answers to a call, dpagerfs answers, and leaves the
 * same tree behind.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "dp.h"
#include "parity.h"

static void files(void)
{
	parity_errno(0, "creat f 644");
	parity_errno(EEXIST, "creat f 644");
	parity_errno(ENOENT, "creat d/f 644");
	parity_errno(0, "link f g");
	parity_errno(EEXIST, "link f g");
	parity_errno(ENOENT, "link h i");
	parity_errno(0, "unlink f");
	parity_errno(ENOENT, "unlink f");
	parity_errno(ENOTDIR, "creat g/f 644");
	parity_errno(ENOTDIR, "rmdir g");
	parity_errno(0, "stat g");
	parity_errno(0, "unlink g");
}

static void directories(void)
{
	parity_errno(0, "mkdir d 755");
	parity_errno(EEXIST, "mkdir d 755");
	parity_errno(0, "mkdir d/e 700");
	parity_errno(0, "creat d/f 600");
	parity_errno(0, "list d");
	parity_errno(ENOTEMPTY, "rmdir d");
	parity("unlink d");
	parity_errno(EPERM, "link d d2");
	parity("rmdir d/.");
	parity_errno(0, "unlink d/f");
	parity_errno(0, "rmdir d/e");
	parity_errno(0, "list d");
	parity_errno(0, "rmdir d");
	parity_errno(ENOENT, "list d");
	parity("list .");
}

static void kinds(void)
{
	parity_errno(0, "mknod fifo p 644");
	parity_errno(0, "mknod char c 644");
	parity_errno(0, "mknod block b 644");
	parity_errno(0, "mknod socket s 644");
	parity_errno(0, "mknod file f 644");
	parity_errno(EEXIST, "mknod file p 644");
	parity("list .");
	parity_errno(0, "read char");
	parity_errno(0, "read fifo");
	parity_errno(ENXIO, "read socket");
	parity_errno(EPERM, "as 1000 mknod c2 c 644");
	parity("unlink fifo");
	parity("unlink char");
	parity("unlink block");
	parity("unlink socket");
	parity("unlink file");
}

static void symlinks(void)
{
	char target[PATH_MAX + 1];

	memset(target, 'x', sizeof(target) - 1);
	parity_errno(0, "creat f 644");
	parity_errno(0, "symlink f s");
	parity_errno(0, "read s");
	parity_errno(0, "stat s");
	parity_errno(EEXIST, "symlink f s");
	parity_errno(0, "symlink nowhere n");
	parity_errno(ENOENT, "read n");
	parity_errno(0, "symlink l l");
	parity_errno(ELOOP, "read l");
	parity_errno(0, "link s s2");
	parity_errno(0, "chown s 1000 1000");
	target[200] = 0;
	parity_errno(0, "symlink %s long", target);
	parity_errno(ENOENT, "unlink f2");
	parity("unlink s");
	parity("unlink s2");
	parity("unlink n");
	parity("unlink l");
	parity("unlink long");
	parity("unlink f");
}

static void tmpfiles(void)
{
	parity_errno(0, "mkdir d 755");
	parity_errno(0, "tmpfile d");
	parity_errno(0, "list d");
	parity_errno(0, "tmpfile d d/named");
	parity_errno(EEXIST, "tmpfile d d/named");
	parity_errno(0, "list d");
	parity_errno(ENOENT, "tmpfile e");
	parity_errno(0, "unlink d/named");
	parity_errno(0, "rmdir d");
}

static void long_names(void)
{
	char name[NAME_MAX + 2];

	memset(name, 'n', sizeof(name) - 1);
	name[NAME_MAX + 1] = 0;
	parity_errno(ENAMETOOLONG, "creat %s 644", name);
	name[NAME_MAX] = 0;
	parity_errno(0, "creat %s 644", name);
	parity_errno(0, "unlink %s", name);
}

static void permissions(void)
{
	parity_errno(0, "chmod . 1777");
	parity_errno(0, "as 1000 creat mine 600");
	parity_errno(EACCES, "as 65534 read mine");
	parity_errno(EPERM, "as 65534 unlink mine");
	parity_errno(EPERM, "as 65534 chmod mine 777");
	parity_errno(EPERM, "as 1000 chown mine 65534 65534");
	parity_errno(0, "as 1000 chmod mine 644");
	parity_errno(0, "as 65534 read mine");
	parity_errno(EACCES, "as 65534 write mine");
	parity_errno(0, "chown mine 65534 65534");
	parity_errno(0, "as 65534 write mine");
	parity_errno(0, "chmod mine 6755");
	parity_errno(0, "chown mine 1000 1000");
	parity_errno(0, "as 1000 mkdir private 700");
	parity_errno(EACCES, "as 65534 creat private/f 644");
	parity_errno(EACCES, "as 65534 list private");
	parity_errno(0, "umask 077");
	parity_errno(0, "creat masked 666");
	parity_errno(0, "mkdir maskedd 777");
	parity_errno(0, "umask 022");
	parity("unlink masked");
	parity("rmdir maskedd");
	parity("rmdir private");
	parity("unlink mine");
}

/* What is made in a directory with the bit has its group. */
static void setgid(void)
{
	parity_errno(0, "mkdir g 755");
	parity_errno(0, "chown g 1000 4242");
	parity_errno(0, "chmod g 2777");
	parity_errno(0, "creat g/f 2755");
	parity_errno(0, "mkdir g/d 755");
	parity_errno(0, "as 65534 creat g/other 2755");
	parity_errno(0, "as 65534 mkdir g/e 755");
	parity_errno(0, "tmpfile g g/t");
	parity("unlink g/f");
	parity("unlink g/other");
	parity("unlink g/t");
	parity("rmdir g/d");
	parity("rmdir g/e");
	parity("rmdir g");
}

static void many(void)
{
	char place[2][32] = { PARITY_TMPFS, PARITY_DPAGER };
	unsigned int i, p;

	for (p = 0; p < 2; p++) {
		parity_call(place[p], "mkdir m 755");
		for (i = 0; i < 300; i++)
			parity_call(place[p], "creat m/%u 644", i);
		for (i = 0; i < 300; i += 2)
			parity_call(place[p], "unlink m/%u", i);
	}
	parity_errno(0, "list m");
	for (p = 0; p < 2; p++)
		for (i = 1; i < 300; i += 2)
			parity_call(place[p], "unlink m/%u", i);
	parity_errno(0, "rmdir m");
}

int main(void)
{
	int pager = dp_pager();

	parity_open("", NULL);
	files();
	directories();
	kinds();
	symlinks();
	tmpfiles();
	long_names();
	permissions();
	setgid();
	many();
	parity_close();
	dp_settle(pager);
	ok(true, "no object is left");
	return tap_done();
}
