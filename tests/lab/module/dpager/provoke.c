// SPDX-License-Identifier: GPL-2.0
/*
 * A module that stands in for dpager where the lab tests itself: it misbehaves
 * on demand, so that the runner can be seen to notice.
 *
 * provoke=warn   a WARNING at load
 * provoke=leak   memory that nothing refers to any more
 * provoke=linger an unload that takes half a minute
 * Opening /dev/dpager_provoke for reading and reading it blocks for ever,
 * uninterruptibly.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/wait.h>

static char *provoke = "";
module_param(provoke, charp, 0444);
MODULE_PARM_DESC(provoke, "warn, leak or linger");

static DECLARE_WAIT_QUEUE_HEAD(never);

static ssize_t provoke_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	wait_event(never, false);
	return 0;
}

static const struct file_operations provoke_fops = {
	.owner = THIS_MODULE,
	.read = provoke_read,
};

static struct miscdevice provoke_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "dpager_provoke",
	.fops = &provoke_fops,
};

static int __init provoke_init(void)
{
	WARN_ON(!strcmp(provoke, "warn"));
	if (!strcmp(provoke, "leak")) {
		void *volatile lost = kmalloc(1024, GFP_KERNEL);

		lost = NULL;
	}
	return misc_register(&provoke_misc);
}

static void __exit provoke_exit(void)
{
	misc_deregister(&provoke_misc);
	if (!strcmp(provoke, "linger"))
		msleep(30000);
}

module_init(provoke_init);
module_exit(provoke_exit);
MODULE_DESCRIPTION("dpager lab: misbehaves on demand");
MODULE_LICENSE("GPL");
