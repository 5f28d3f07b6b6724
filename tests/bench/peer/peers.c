// SPDX-License-Identifier: GPL-2.0
#include "peers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool peer_failed(const char *peer, const char *what)
{
	fprintf(stderr, "bench: %s: %s: %s\n", peer, what, strerror(errno));
	return false;
}
