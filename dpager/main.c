// SPDX-License-Identifier: GPL-2.0
/* The module: what is set up in order, and taken down in reverse. */

#include <linux/init.h>
#include <linux/module.h>

#include "cluster.h"
#include "ctl.h"
#include "fold.h"
#include "io.h"
#include "laundry.h"
#include "mount.h"
#include "object.h"
#include "store.h"
#include "sum.h"
#include "tenant.h"
#include "transfer.h"
#include "trigger.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static int __init dpager_init(void)
{
	int err;

	err = dpager_cluster_init();
	if (err)
		return err;
	err = dpager_fold_init();
	if (err)
		goto err_cluster;
	err = dpager_io_init();
	if (err)
		goto err_fold;
	err = dpager_transfers_init();
	if (err)
		goto err_io;
	err = dpager_laundry_init();
	if (err)
		goto err_transfers;
	err = dpager_object_init();
	if (err)
		goto err_laundry;
	err = dpager_mount_init();
	if (err)
		goto err_object;
	err = dpager_ctl_init();
	if (err)
		goto err_mount;
	pr_info("loaded: add stores and segments with dpagerctl(8)\n");
	return 0;

err_mount:
	dpager_mount_exit();
err_object:
	dpager_object_exit();
err_laundry:
	dpager_laundry_exit();
err_transfers:
	dpager_transfers_exit();
err_io:
	dpager_io_exit();
err_fold:
	dpager_fold_exit();
err_cluster:
	dpager_cluster_exit();
	return err;
}

/*
 * Nothing is in use: no descriptor is open (each holds the module) and no
 * object exists (the superblock of objects holds it) and nothing is mounted. What may still run is
 * the end of objects, which dpager_object_exit() waits for; after it no slot
 * is in use, and the stores' segments are idle. Whoever found a trigger set and
 * kicks has ended by the last line.
 */
static void __exit dpager_exit(void)
{
	dpager_ctl_exit();
	dpager_mount_exit();
	dpager_object_exit();
	dpager_laundry_exit();
	dpager_store_exit();
	dpager_tenant_exit();
	dpager_sum_exit();
	dpager_transfers_exit();
	dpager_io_exit();
	dpager_fold_exit();
	dpager_cluster_exit();
	dpager_triggers_exit();
}

module_init(dpager_init);
module_exit(dpager_exit);

MODULE_DESCRIPTION("Private swap: memory objects paged to backing stores of block devices");
MODULE_AUTHOR("The dpager developers");
MODULE_LICENSE("GPL");
