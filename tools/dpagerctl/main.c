// SPDX-License-Identifier: GPL-2.0
/* dpagerctl: stores, segments and objects of dpager, for administrators. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "args.h"
#include "commands.h"

static const struct command commands[] = {
	{ "store", store_command, "create, list, show and delete backing stores" },
	{ "segment", segment_command, "add, list and remove the devices of a store" },
	{ "object", object_command, "list, show, page out and in, and drop memory objects" },
	{ "info", info_command, "show the pager's figures" },
	{ NULL, NULL, NULL }
};

/* A full disk behind stdout must not look like success. */
static void close_stdout(void)
{
	if (!fclose(stdout) || errno == EPIPE)
		return;
	perror(program_invocation_short_name);
	_exit(EXIT_FAILED);
}

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	atexit(close_stdout);
	return args_run("", commands, NULL, argc, argv);
}
