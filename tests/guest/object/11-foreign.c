// SPDX-License-Identifier: GPL-2.0
/*
 * Other processes reach into a mapping: process_vm_readv and _writev, ptrace,
 * /proc/PID/mem, each on pages that are paged out.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

#define PAGES	32UL

static int object;
static uint64_t id;
static char *map, *buffer;

static int sleeper(void *unused)
{
	(void)unused;
	close(object);
	pause();
	return 0;
}

static void out_again(uint64_t generation)
{
	stamp_fill(map, id, 0, PAGES, generation);
	dp_page_out(object);
	memset(buffer, 0, PAGES * PAGE);
}

static void by_vector(pid_t pid)
{
	struct iovec local = { buffer, PAGES * PAGE }, remote = { map, PAGES * PAGE };
	ssize_t bytes = PAGES * PAGE;

	out_again(1);
	ok(process_vm_readv(pid, &local, 1, &remote, 1, 0) == bytes, "process_vm_readv");
	ok_equal(stamp_verify(buffer, id, 0, PAGES, 1), 0, "reads what is out");
	out_again(2);
	stamp_fill(buffer, id, 0, PAGES, 3);
	ok(process_vm_writev(pid, &local, 1, &remote, 1, 0) == bytes, "process_vm_writev");
	dp_page_out(object);
	ok_equal(stamp_verify(map, id, 0, PAGES, 3), 0, "writes to what is out");
}

static void by_file(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = block_open(path, O_RDWR);
	out_again(4);
	ok(pread(fd, buffer, PAGES * PAGE, (off_t)map) == (ssize_t)(PAGES * PAGE),
	   "read /proc/PID/mem");
	ok_equal(stamp_verify(buffer, id, 0, PAGES, 4), 0, "it is right");
	out_again(5);
	stamp_fill(buffer, id, 0, PAGES, 6);
	ok(pwrite(fd, buffer, PAGES * PAGE, (off_t)map) == (ssize_t)(PAGES * PAGE),
	   "write /proc/PID/mem");
	dp_page_out(object);
	ok_equal(stamp_verify(map, id, 0, PAGES, 6), 0, "it is there");
	close(fd);
}

static void by_ptrace(pid_t pid)
{
	unsigned long word;
	int status;

	out_again(7);
	if (ptrace(PTRACE_ATTACH, pid, 0, 0) || waitpid(pid, &status, 0) != pid)
		bail("cannot attach");
	errno = 0;
	word = ptrace(PTRACE_PEEKDATA, pid, map + PAGE, 0);
	ok(!errno && word == *(unsigned long *)(map + PAGE), "PTRACE_PEEKDATA");
	dp_page_out(object);
	ok(!ptrace(PTRACE_POKEDATA, pid, map + 2 * PAGE, 0x1234567890abcdefUL),
	   "PTRACE_POKEDATA");
	dp_page_out(object);
	ok_equal(*(unsigned long *)(map + 2 * PAGE), 0x1234567890abcdefUL, "it is there");
	ptrace(PTRACE_DETACH, pid, 0, 0);
}

int main(void)
{
	struct dp_scene scene;
	pid_t pid;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	object = dp_object(scene.pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	buffer = block_buffer(PAGES * PAGE);
	pid = proc_start(sleeper, NULL);
	by_vector(pid);
	by_file(pid);
	by_ptrace(pid);
	kill(pid, SIGKILL);
	proc_wait(pid);
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
