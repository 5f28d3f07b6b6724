// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"
#include "tap.h"

/* ms; a minute of a fast machine would not do if it waited for the disk. */
#define PROMPT	10000

pid_t proc_start(proc_fn fn, void *argument)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		bail("cannot fork");
	if (!pid) {
		/* A test that dies must not leave children that keep the module busy. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(fn(argument));
	}
	return pid;
}

static int status_of(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int proc_wait(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		bail("cannot wait for %d", pid);
	return status_of(status);
}

bool proc_ended(pid_t pid, int milliseconds, int *status)
{
	int raw;

	for (; milliseconds >= 0; milliseconds -= 10) {
		if (waitpid(pid, &raw, WNOHANG) == pid) {
			*status = status_of(raw);
			return true;
		}
		usleep(10000);
	}
	return false;
}

void proc_killed(proc_fn fn, const char *what)
{
	pid_t pid = proc_start(fn, NULL);
	int status = -1;

	ok(!proc_ended(pid, 500, &status), "%s: it waits for the disk", what);
	if (status >= 0)
		return;
	kill(pid, SIGKILL);
	if (!ok(proc_ended(pid, PROMPT, &status) && status == 128 + SIGKILL,
		"%s: SIGKILL ends it", what))
		diag("status %d", status);
}

int proc_run(proc_fn fn, void *argument)
{
	return proc_wait(proc_start(fn, argument));
}

void proc_become(uid_t uid)
{
	if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		bail("cannot become uid %d", (int)uid);
}

struct as {
	uid_t uid;
	proc_fn fn;
	void *argument;
};

static int run_as(void *argument)
{
	struct as *as = argument;

	proc_become(as->uid);
	return as->fn(as->argument);
}

int proc_run_as(uid_t uid, proc_fn fn, void *argument)
{
	struct as as = { uid, fn, argument };

	return proc_run(run_as, &as);
}

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return good;
}

#define NO_NAMESPACE	99

/* Uid 1000 outside is root inside, as with unshare -r. */
static int run_userns(void *argument)
{
	struct as *as = argument;

	proc_become(as->uid);
	/* After a change of ids /proc/self belongs to root until this is set. */
	prctl(PR_SET_DUMPABLE, 1);
	if (unshare(CLONE_NEWUSER))
		return NO_NAMESPACE;
	if (!put("/proc/self/setgroups", "deny") ||
	    !put("/proc/self/uid_map", "0 1000 1\n") ||
	    !put("/proc/self/gid_map", "0 1000 1\n"))
		bail("cannot map ids in a user namespace");
	if (setresgid(0, 0, 0) || setresuid(0, 0, 0))
		bail("cannot become root of a user namespace");
	return as->fn(as->argument);
}

int proc_run_userns(proc_fn fn, void *argument)
{
	struct as as = { 1000, fn, argument };
	int status = proc_run(run_userns, &as);

	return status == NO_NAMESPACE ? -1 : status;
}

void fd_send(int socket, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { }, byte = 0;
	struct iovec vector = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	if (sendmsg(socket, &message, 0) != 1)
		bail("cannot send a descriptor");
}

int fd_receive(int socket)
{
	char control[CMSG_SPACE(sizeof(int))] = { }, byte;
	struct iovec vector = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *head;
	int fd;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1)
		bail("cannot receive a descriptor");
	head = CMSG_FIRSTHDR(&message);
	if (!head || head->cmsg_type != SCM_RIGHTS)
		bail("no descriptor in the message");
	memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

void turn_init(struct turn *turn)
{
	if (pipe2(turn->pipe, O_CLOEXEC))
		bail("cannot make a pipe");
}

void turn_post(struct turn *turn)
{
	if (write(turn->pipe[1], "", 1) != 1)
		bail("cannot post a turn");
}

void turn_await(struct turn *turn)
{
	char byte;

	while (read(turn->pipe[0], &byte, 1) != 1)
		if (errno != EINTR)
			bail("cannot await a turn");
}

void *shared_memory(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		bail("no shared memory");
	return memory;
}

long long proc_figure(const char *path, const char *name)
{
	FILE *file = fopen(path, "r");
	size_t length = strlen(name);
	long long figure = -1;
	char line[256];

	if (!file)
		bail("cannot read %s", path);
	while (figure < 0 && fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, length) ||
		    !(line[length] == ':' || isspace(line[length])))
			continue;
		figure = strtoll(line + length + 1, NULL, 10);
	}
	fclose(file);
	if (figure < 0)
		bail("no %s in %s", name, path);
	return figure;
}

long long slab_objects(const char *cache)
{
	if (kernel_log_count("KernelAddressSanitizer initialized"))
		return -1;
	return proc_figure("/proc/slabinfo", cache);
}

static long long proc_figure_only(const char *path)
{
	FILE *file = fopen(path, "r");
	long long figure = -1;

	if (!file || fscanf(file, "%lld", &figure) != 1)
		bail("cannot read %s", path);
	fclose(file);
	return figure;
}

#define PAGE_BYTES	4096

/* Pages that reclaim is to look at; what there is for it to find, at least. */
#define PRESSURE_SCANNED	2000
#define PRESSURE_CACHE		(4096 * PAGE_BYTES)
/* Pages to take in each 10 ms when reclaim is about to start. */
#define PRESSURE_STEP		4

/*
 * Clean pages of a disk: without any, the first reclaim is the last. They stay
 * while the disk is open, which it is as long as this process lives.
 */
static void pressure_cache(void)
{
	static char buffer[256 * 1024];
	int disk = open("/dev/vda", O_RDONLY);
	size_t left = PRESSURE_CACHE;

	if (disk < 0)
		bail("no /dev/vda to read");
	for (; left; left -= sizeof(buffer))
		if (read(disk, buffer, sizeof(buffer)) != sizeof(buffer))
			bail("cannot read /dev/vda");
}

static long long pages_scanned(void)
{
	return proc_figure("/proc/vmstat", "pgscan_kswapd") +
	       proc_figure("/proc/vmstat", "pgscan_direct");
}

/* kB of free memory below which reclaim may start at any time. */
static long long pressure_near(void)
{
	return proc_figure_only("/proc/sys/vm/min_free_kbytes") * 3;
}

/*
 * How many more pages to take. Where little can be reclaimed, taking much would
 * end in an OOM kill before kswapd has had its turn: a few at a time, with pauses.
 */
static long long pressure_step(void)
{
	long long room = proc_figure("/proc/meminfo", "MemFree") - pressure_near();

	if (room > 0)
		return room / (PAGE_BYTES / 1024) / 2 + PRESSURE_STEP;
	usleep(10000);
	return PRESSURE_STEP;
}

int proc_pressure(void *unused)
{
	size_t bytes = proc_figure("/proc/meminfo", "MemTotal") * 1024, at = 0;
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	long long enough, step;

	(void)unused;
	pressure_cache();
	enough = pages_scanned() + PRESSURE_SCANNED;
	while (pages_scanned() < enough) {
		for (step = pressure_step(); step && at < bytes; step--, at += PAGE_BYTES)
			memory[at] = 1;
		if (at >= bytes)
			return 1;
	}
	return 0;
}

#define KERNEL_LOG_READ_ALL	3
#define KERNEL_LOG_SIZE		10

int kernel_log_count(const char *text)
{
	int size = klogctl(KERNEL_LOG_SIZE, NULL, 0), count = 0, length;
	char *log = calloc(1, size + 1), *at;

	if (!log)
		bail("no memory for the kernel log");
	length = klogctl(KERNEL_LOG_READ_ALL, log, size);
	if (length < 0)
		bail("cannot read the kernel log");
	for (at = log; (at = strstr(at, text)); at += strlen(text))
		count++;
	free(log);
	return count;
}
