// SPDX-License-Identifier: GPL-2.0
#include "process.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "setting.h"

#define OOM_SCORE	"/proc/self/oom_score_adj"

void process_shield(void)
{
	setting_write(OOM_SCORE, "-1000");
}

pid_t process_start(bool (*work)(void *argument), void *argument)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setting_write(OOM_SCORE, "0");
	_exit(work(argument) ? 0 : 1);
}

enum fate process_wait(pid_t pid, const char *name)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("bench: fork");
		return FATE_FAILED;
	}
	if (!WIFSIGNALED(status))
		return status ? FATE_FAILED : FATE_FINE;
	fprintf(stderr, "bench: %s: %s\n", name, strsignal(WTERMSIG(status)));
	return WTERMSIG(status) == SIGKILL ? FATE_KILLED : FATE_FAILED;
}

void *process_shared(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory != MAP_FAILED)
		return memory;
	perror("bench: mmap");
	return NULL;
}
