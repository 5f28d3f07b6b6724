// SPDX-License-Identifier: GPL-2.0
#include "command.h"

#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static void command_exec(const char *const *arguments)
{
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execvp(arguments[0], (char *const *)arguments);
	perror(arguments[0]);
	_exit(127);
}

bool command_run(const char *const *arguments)
{
	int status = -1;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child)
		command_exec(arguments);
	if (child < 0 || waitpid(child, &status, 0) != child)
		perror("bench: fork");
	else if (status)
		fprintf(stderr, "bench: %s failed (wait status %#x)\n", arguments[0], status);
	return !status;
}
