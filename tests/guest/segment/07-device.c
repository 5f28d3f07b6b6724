// SPDX-License-Identifier: GPL-2.0
/*
 * What is no writable block device is refused, each kind with its own answer.
 *
 * guest: kmod=loop
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "block.h"
#include "refuse.h"

#define FD	EBADF, DPAGER_DETAIL_DEVICE_FD
#define KIND	ENOTBLK, DPAGER_DETAIL_DEVICE_KIND
#define MODE	EACCES, DPAGER_DETAIL_DEVICE_MODE
#define RDONLY	EROFS, DPAGER_DETAIL_DEVICE_RDONLY

static int pager, store;

static void refused(int fd, int error, uint32_t detail, const char *what)
{
	const struct refuse_row row = { what, 0, 8, 512, error, detail };

	refuse_table(pager, store, fd, &row, 1);
}

static void refused_close(int fd, int error, uint32_t detail, const char *what)
{
	refused(fd, error, detail, what);
	close(fd);
}

static void no_descriptor(void)
{
	int fd = block_open("/dev/vda", O_RDWR);

	close(fd);
	refused(fd, FD, "a closed descriptor");
	refused(-1, FD, "descriptor -1");
	refused(1 << 30, FD, "a descriptor beyond the table");
	refused_close(block_open("/dev/vda", O_PATH), FD, "an O_PATH descriptor");
}

static void no_block_device(void)
{
	int pair[2];

	refused_close(block_open("/tmp/dp-file", O_RDWR | O_CREAT), KIND, "a regular file");
	unlink("/tmp/dp-file");
	refused_close(block_open("/tmp", O_RDONLY), KIND, "a directory");
	refused_close(block_open("/dev/zero", O_RDWR), KIND, "/dev/zero");
	refused_close(block_open("/proc/self/maps", O_RDONLY), KIND, "a file of /proc");
	refused_close(eventfd(0, 0), KIND, "an eventfd");
	refused(pager, KIND, "the pager's descriptor");
	refused(store, KIND, "the store's descriptor");
	refused_close(dp_object(pager, MiB, NULL), KIND, "an object");
	if (pipe(pair))
		bail("no pipe");
	refused_close(pair[0], KIND, "a pipe's reading end");
	refused_close(pair[1], KIND, "a pipe's writing end");
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		bail("no socket pair");
	refused_close(pair[0], KIND, "a socket");
	close(pair[1]);
}

static void modes(void)
{
	refused_close(block_open("/dev/vda", O_RDONLY), MODE, "a descriptor open for reading");
	refused_close(block_open("/dev/vda", O_WRONLY), 0, 0, "a descriptor open for writing");
	refused_close(block_open("/dev/vda", O_RDWR | O_DIRECT), 0, 0, "one open with O_DIRECT");
}

/* BLKROSET on a descriptor that was opened for writing before. */
static void read_only_disk(void)
{
	int fd = block_open("/dev/vda", O_RDWR), on = 1, off = 0;

	if (ioctl(fd, BLKROSET, &on))
		bail("cannot make the disk read-only");
	refused(fd, RDONLY, "a disk that became read-only");
	if (ioctl(fd, BLKROSET, &off))
		bail("cannot make the disk writable");
	refused(fd, 0, 0, "a disk that became writable again");
	close(fd);
}

int main(void)
{
	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	no_descriptor();
	no_block_device();
	modes();
	read_only_disk();
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	dp_settle(pager);
	return tap_done();
}
