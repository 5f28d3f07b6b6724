// SPDX-License-Identifier: GPL-2.0
/* Renaming on a mount, with every flag that tmpfs has. */
#include <errno.h>

#include "dp.h"
#include "twin.h"

static void plain(void)
{
	twins_errno(0, "creat a 644");
	twins_errno(0, "rename a b");
	twins_errno(ENOENT, "rename a b");
	twins_errno(0, "creat a 600");
	twins_errno(0, "rename a b");
	twins_errno(0, "link b c");
	twins_errno(0, "rename b c");
	twins_errno(0, "mkdir d 755");
	twins_errno(EISDIR, "rename b d");
	twins_errno(ENOTDIR, "rename d b");
	twins_errno(0, "rename b d/b");
	twins_errno(0, "rename c d/b");
	twins_errno(0, "list d");
}

static void directories(void)
{
	twins_errno(0, "mkdir e 755");
	twins_errno(ENOTEMPTY, "rename e d");
	twins_errno(0, "rename e d/e");
	twins_errno(0, "mkdir f 755");
	twins_errno(0, "rename f d/e");
	twins_errno(EINVAL, "rename d d/e/d");
	twins_errno(0, "rename d/e e");
	twins_errno(0, "rename d e");
	twins_errno(0, "list e");
}

static void no_replace(void)
{
	twins_errno(0, "creat a 644");
	twins_errno(0, "creat b 600");
	twins_errno(EEXIST, "rename a b n");
	twins_errno(0, "rename a z n");
	twins_errno(0, "rename z a n");
}

static void exchange(void)
{
	twins_errno(0, "rename a b x");
	twins_errno(ENOENT, "rename a nothing x");
	twins_errno(0, "rename a e x");
	twins_errno(0, "rename a e x");
	twins_errno(0, "mkdir d 755");
	twins_errno(0, "rename d e/b x");
	twins_errno(0, "rename a e/b x");
	twins_errno(0, "rename a e/b x");
	twins_errno(EINVAL, "rename a b xn");
}

static void whiteout(void)
{
	twins_errno(0, "rename a w w");
	twins_errno(0, "list .");
	twins_errno(0, "stat a");
	twins_errno(0, "unlink a");
	twins_errno(0, "rename w b w");
	twins_errno(EEXIST, "rename b w wn");
	twins_errno(EINVAL, "rename b w wx");
	twins_errno(0, "unlink w");
	twins_errno(0, "rename b w wn");
	twins_errno(0, "mkdir wd 755");
	twins_errno(0, "rename wd e/wd w");
	twins_errno(0, "as 1000 list e");
	twins_errno(EINVAL, "rename w b ?");
	twins("as 1000 rename w e/w w");
	twins_errno(0, "list .");
}

static void sticky(void)
{
	twins_errno(0, "mkdir s 1777");
	twins_errno(0, "chmod s 1777");
	twins_errno(0, "creat s/f 666");
	twins_errno(EPERM, "as 1000 rename s/f s/g");
	twins_errno(0, "as 1000 creat s/mine 644");
	twins_errno(0, "as 1000 rename s/mine s/own");
	twins_errno(EPERM, "as 65534 rename s/own s/f");
	twins_errno(EPERM, "as 1000 rename s/own s/f x");
}

int main(void)
{
	int pager = dp_pager();

	twins_open("", NULL);
	plain();
	directories();
	no_replace();
	exchange();
	whiteout();
	sticky();
	twins_close();
	dp_settle(pager);
	ok(true, "no object is left");
	return tap_done();
}
