// SPDX-License-Identifier: GPL-2.0
/* Renaming on a mount, with every flag that tmpfs has. */
#include <errno.h>

#include "dp.h"
#include "parity.h"

static void plain(void)
{
	parity_errno(0, "creat a 644");
	parity_errno(0, "rename a b");
	parity_errno(ENOENT, "rename a b");
	parity_errno(0, "creat a 600");
	parity_errno(0, "rename a b");
	parity_errno(0, "link b c");
	parity_errno(0, "rename b c");
	parity_errno(0, "mkdir d 755");
	parity_errno(EISDIR, "rename b d");
	parity_errno(ENOTDIR, "rename d b");
	parity_errno(0, "rename b d/b");
	parity_errno(0, "rename c d/b");
	parity_errno(0, "list d");
}

static void directories(void)
{
	parity_errno(0, "mkdir e 755");
	parity_errno(ENOTEMPTY, "rename e d");
	parity_errno(0, "rename e d/e");
	parity_errno(0, "mkdir f 755");
	parity_errno(0, "rename f d/e");
	parity_errno(EINVAL, "rename d d/e/d");
	parity_errno(0, "rename d/e e");
	parity_errno(0, "rename d e");
	parity_errno(0, "list e");
}

static void no_replace(void)
{
	parity_errno(0, "creat a 644");
	parity_errno(0, "creat b 600");
	parity_errno(EEXIST, "rename a b n");
	parity_errno(0, "rename a z n");
	parity_errno(0, "rename z a n");
}

static void exchange(void)
{
	parity_errno(0, "rename a b x");
	parity_errno(ENOENT, "rename a nothing x");
	parity_errno(0, "rename a e x");
	parity_errno(0, "rename a e x");
	parity_errno(0, "mkdir d 755");
	parity_errno(0, "rename d e/b x");
	parity_errno(0, "rename a e/b x");
	parity_errno(0, "rename a e/b x");
	parity_errno(EINVAL, "rename a b xn");
}

static void whiteout(void)
{
	parity_errno(0, "rename a w w");
	parity_errno(0, "list .");
	parity_errno(0, "stat a");
	parity_errno(0, "unlink a");
	parity_errno(0, "rename w b w");
	parity_errno(EEXIST, "rename b w wn");
	parity_errno(EINVAL, "rename b w wx");
	parity_errno(0, "unlink w");
	parity_errno(0, "rename b w wn");
	parity_errno(0, "mkdir wd 755");
	parity_errno(0, "rename wd e/wd w");
	parity_errno(0, "as 1000 list e");
	parity_errno(EINVAL, "rename w b ?");
	parity("as 1000 rename w e/w w");
	parity_errno(0, "list .");
}

static void sticky(void)
{
	parity_errno(0, "mkdir s 1777");
	parity_errno(0, "chmod s 1777");
	parity_errno(0, "creat s/f 666");
	parity_errno(EPERM, "as 1000 rename s/f s/g");
	parity_errno(0, "as 1000 creat s/mine 644");
	parity_errno(0, "as 1000 rename s/mine s/own");
	parity_errno(EPERM, "as 65534 rename s/own s/f");
	parity_errno(EPERM, "as 1000 rename s/own s/f x");
}

int main(void)
{
	int pager = dp_pager();

	parity_open("", NULL);
	plain();
	directories();
	no_replace();
	exchange();
	whiteout();
	sticky();
	parity_close();
	dp_settle(pager);
	ok(true, "no object is left");
	return tap_done();
}
