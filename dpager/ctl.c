// SPDX-License-Identifier: GPL-2.0
/* The control interface: what all calls share. */
#include <linux/anon_inodes.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "ctl.h"
#include "ctl_table.h"
#include "dpager.h"
#include "port.h"
#include "store.h"
#include "uffd.h"

/* --- one call ----------------------------------------------------------- */

bool dpager_ctl_privileged(const struct file *file)
{
	return capable(CAP_SYS_ADMIN) &&
	       file_ns_capable(file, &init_user_ns, CAP_SYS_ADMIN);
}

static const struct dpager_ctl_row *ctl_find(const struct dpager_ctl_row *rows,
					     unsigned int cmd)
{
	if (_IOC_TYPE(cmd) != DPAGER_IOC_MAGIC)
		return NULL;
	for (; rows->run; rows++)
		if (rows->number == _IOC_NR(cmd))
			return rows;
	return NULL;
}

/* The detail of a failure, where the struct is long enough to have one. */
static void ctl_write_detail(struct dpager_ctl_head __user *user, u32 detail)
{
	u32 size;

	if (!get_user(size, &user->size) && size >= sizeof(*user))
		put_user(detail, &user->detail);
}

static int ctl_check_access(const struct dpager_ctl_row *row,
			    struct dpager_ctl_call *call)
{
	fmode_t mode = call->file->f_mode;

	if (call->store && READ_ONCE(call->store->dead))
		return -ESTALE;
	if ((row->needs & DPAGER_CTL_PRIVILEGED) &&
	    !dpager_ctl_privileged(call->file))
		return dpager_ctl_fail(call, DPAGER_DETAIL_PRIVILEGE, -EPERM);
	if (((row->needs & DPAGER_CTL_READ) && !(mode & FMODE_READ)) ||
	    ((row->needs & DPAGER_CTL_WRITE) && !(mode & FMODE_WRITE)))
		return dpager_ctl_fail(call, DPAGER_DETAIL_MODE, -EACCES);
	return 0;
}

static int ctl_copy_in(const struct dpager_ctl_row *row,
		       struct dpager_ctl_call *call, void __user *user)
{
	struct dpager_ctl_head *head = &call->arg->head;
	u32 size;
	int err;

	if (get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < row->first_size)
		return dpager_ctl_fail(call, DPAGER_DETAIL_SIZE, -EINVAL);
	/* No later version is longer: do not look through gigabytes of tail. */
	if (size > PAGE_SIZE)
		return dpager_ctl_fail(call, DPAGER_DETAIL_SIZE, -E2BIG);
	err = copy_struct_from_user(call->arg, row->size, user, size);
	/* Others may have changed these meanwhile; nothing is left of them. */
	head->size = size;
	head->detail = DPAGER_DETAIL_NONE;
	if (err == -E2BIG)
		head->detail = DPAGER_DETAIL_SIZE;
	else if (!err && (head->flags & ~row->flags))
		err = dpager_ctl_fail(call, DPAGER_DETAIL_FLAGS, -EINVAL);
	return err;
}

static int ctl_copy_out(const struct dpager_ctl_row *row,
			const struct dpager_ctl_call *call, void __user *user)
{
	u32 size = min(call->arg->head.size, row->size);

	return copy_to_user(user, call->arg, size) ? -EFAULT : 0;
}

/* Run the call and write its answer, or have done nothing. */
static int ctl_answer(const struct dpager_ctl_row *row,
		      struct dpager_ctl_call *call, void __user *user)
{
	int err = row->run(call);

	if (err) {
		if (row->needs & DPAGER_CTL_ANSWERS)
			ctl_copy_out(row, call, user);
		return err;
	}
	err = ctl_copy_out(row, call, user);
	if (err && row->undo)
		row->undo(call);
	return err;
}

/* The descriptor is known to nobody before the answer is with the caller. */
static int ctl_answer_fd(const struct dpager_ctl_row *row,
			 struct dpager_ctl_call *call, void __user *user)
{
	int err;

	call->fd = get_unused_fd_flags(O_CLOEXEC);
	if (call->fd < 0)
		return call->fd;
	err = ctl_answer(row, call, user);
	if (!err) {
		fd_install(call->fd, call->made);
		return 0;
	}
	if (call->made)
		fput(call->made);
	put_unused_fd(call->fd);
	return err;
}

static int ctl_run(const struct dpager_ctl_row *row,
		   struct dpager_ctl_call *call, void __user *user)
{
	int err = ctl_check_access(row, call);

	if (err)
		return err;
	err = ctl_copy_in(row, call, user);
	if (err)
		return err;
	/* An answer that cannot be written must not follow a deed. */
	err = ctl_copy_out(row, call, user);
	if (err)
		return err;
	if (row->needs & DPAGER_CTL_NEW_FD)
		return ctl_answer_fd(row, call, user);
	return ctl_answer(row, call, user);
}

long dpager_ctl_dispatch(const struct dpager_ctl_row *rows, struct file *file,
			 struct dpager_port *port, unsigned int cmd,
			 unsigned long arg)
{
	void __user *user = (void __user *)arg;
	const struct dpager_ctl_row *row = ctl_find(rows, cmd);
	union dpager_ctl_arg argument = {};
	struct dpager_ctl_call call = {
		.file = file,
		.port = port,
		.store = port ? port->store : NULL,
		.sequence = port ? dpager_port_number(port) : 0,
		.arg = &argument,
	};
	int err;

	if (!row)
		return -ENOTTY;
	err = ctl_run(row, &call, user);
	if (err)
		ctl_write_detail(user, argument.head.detail);
	return err;
}

/* --- lists -------------------------------------------------------------- */

int dpager_ctl_list_begin(struct dpager_ctl_call *call, u64 *from)
{
	struct dpager_list *list = &call->arg->list;

	if (list->entry_size < sizeof(u64))
		return dpager_ctl_fail(call, DPAGER_DETAIL_ENTRY, -EINVAL);
	*from = list->next;
	list->count = 0;
	list->next = 0;
	list->total = 0;
	return 0;
}

/* Zeros behind an entry that the caller takes for longer, maybe by far. */
static int ctl_list_fill(void __user *user, u64 bytes)
{
	while (bytes) {
		u64 part = min_t(u64, bytes, PAGE_SIZE);

		if (fatal_signal_pending(current))
			return -EINTR;
		if (clear_user(user, part))
			return -EFAULT;
		cond_resched();
		user += part;
		bytes -= part;
	}
	return 0;
}

int dpager_ctl_list_put(struct dpager_ctl_call *call, const void *entry,
			size_t size, u64 at)
{
	struct dpager_list *list = &call->arg->list;
	size_t known = min_t(size_t, list->entry_size, size);
	void __user *user;
	int err;

	if (list->count == list->room) {
		list->next = at;
		return 1;
	}
	if (fatal_signal_pending(current))
		return -EINTR;
	cond_resched();
	user = u64_to_user_ptr(list->array +
			       (u64)list->count * list->entry_size);
	if (copy_to_user(user, entry, known))
		return -EFAULT;
	err = ctl_list_fill(user + known, list->entry_size - known);
	if (err)
		return err;
	list->count++;
	return 0;
}

/* --- descriptors -------------------------------------------------------- */

static long ctl_pager_ioctl(struct file *file, unsigned int cmd,
			    unsigned long arg)
{
	/* As /dev/userfaultfd, whatever the descriptor is open for. */
	if (cmd == USERFAULTFD_IOC_NEW)
		return dpager_uffd_new_fd(arg);
	return dpager_ctl_dispatch(dpager_ctl_pager_rows, file,
				   file->private_data, cmd, arg);
}

static long ctl_store_ioctl(struct file *file, unsigned int cmd,
			    unsigned long arg)
{
	return dpager_ctl_dispatch(dpager_ctl_store_rows, file,
				   file->private_data, cmd, arg);
}

long dpager_ctl_object_ioctl(struct file *file, unsigned int cmd,
			     unsigned long arg)
{
	return dpager_ctl_dispatch(dpager_ctl_object_rows, file, NULL, cmd,
				   arg);
}

/* In the hands of the unprivileged a store makes objects and nothing else. */
static ssize_t ctl_port_read(struct file *file, char __user *user, size_t count,
			     loff_t *offset)
{
	struct dpager_port *port = file->private_data;
	int err;

	if (port->store && !dpager_ctl_privileged(file))
		return -EPERM;
	if (count < sizeof(struct dpager_event))
		return -EINVAL;
	err = dpager_trigger_read(&port->trigger,
				  (struct dpager_event __user *)user,
				  !(file->f_flags & O_NONBLOCK));
	return err ?: sizeof(struct dpager_event);
}

static __poll_t ctl_port_poll(struct file *file, poll_table *table)
{
	struct dpager_port *port = file->private_data;

	return dpager_trigger_poll(&port->trigger, file, table);
}

static int ctl_pager_open(struct inode *inode, struct file *file)
{
	struct dpager_port *port = dpager_port_create(NULL);

	if (IS_ERR(port))
		return PTR_ERR(port);
	file->private_data = port;
	return 0;
}

static int ctl_port_release(struct inode *inode, struct file *file)
{
	dpager_port_free(file->private_data);
	return 0;
}

/* Each open descriptor holds the module. */
static const struct file_operations ctl_pager_fops = {
	.owner = THIS_MODULE,
	.open = ctl_pager_open,
	.release = ctl_port_release,
	.read = ctl_port_read,
	.poll = ctl_port_poll,
	.unlocked_ioctl = ctl_pager_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

static const struct file_operations ctl_store_fops = {
	.owner = THIS_MODULE,
	.release = ctl_port_release,
	.read = ctl_port_read,
	.poll = ctl_port_poll,
	.unlocked_ioctl = ctl_store_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

struct file *dpager_ctl_store_file(struct dpager_store *store)
{
	struct dpager_port *port = dpager_port_create(store);
	struct file *file;

	if (IS_ERR(port))
		return ERR_CAST(port);
	file = anon_inode_getfile("[dpager-store]", &ctl_store_fops, port,
				  O_RDWR | O_CLOEXEC);
	if (IS_ERR(file))
		dpager_port_free(port);
	return file;
}

static struct miscdevice ctl_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "dpager",
	.fops = &ctl_pager_fops,
	.mode = 0600,
};

int dpager_ctl_init(void)
{
	return misc_register(&ctl_device);
}

void dpager_ctl_exit(void)
{
	misc_deregister(&ctl_device);
}
