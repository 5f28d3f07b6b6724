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
	{ "status", status_command, "show the whole: stores, segments, objects, pressure" },
	{ "watch", watch_command, "the same, live, with rates" },
	{ "store", store_command, "create, list, show, limit and delete backing stores" },
	{ "segment", segment_command, "add, list, resize, drain and remove a store's devices" },
	{ "object", object_command, "list, show, page out and in, and drop memory objects" },
	{ "info", info_command, "show the pager's figures" },
	{ "map", map_command, "draw what is where on a segment, or of an object" },
	{ "wait", wait_command, "wait for free space, for rest, or for the last object's end" },
	{ "alert", alert_command, "tell when space becomes low, and when there is enough again" },
	{ "check", check_command, "have the module compare its books" },
	{ "evacuate", evacuate_command, "the same as segment remove" },
	{ "delete", delete_command, "the same as store delete" },
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
	return args_run("", commands, "status", argc, argv);
}
