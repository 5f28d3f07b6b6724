// SPDX-License-Identifier: GPL-2.0
/*
 * Holds an object until it is killed, for tests of programs that look at objects.
 * usage: holdobject STORE BYTES    STORE "-": any
 * Writes every page, pages them out, and prints the object's id.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dp.h"

int main(int argc, char **argv)
{
	uint64_t bytes, id;
	int maker, object;

	if (argc != 3)
		return 2;
	bytes = strtoull(argv[2], NULL, 10);
	maker = dp_pager();
	if (strcmp(argv[1], "-") && dp_store_open(maker, 0, argv[1], &maker))
		return 1;
	object = dp_object(maker, bytes, &id);
	memset(dp_map(object, bytes), 0x5a, bytes);
	dp_page_out(object);
	printf("%llu\n", (unsigned long long)id);
	fflush(stdout);
	pause();
	return 0;
}
