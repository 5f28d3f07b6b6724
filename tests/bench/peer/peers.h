/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of the table of engines, one a file; and what they share. */
#ifndef PEERS_H
#define PEERS_H

#include <stdbool.h>
#include <stddef.h>

#include "engine.h"

extern const struct engine peer_dpager;
extern const struct engine peer_swap, peer_swap_0, peer_swap_5;
extern const struct engine peer_file;
extern const struct engine peer_zram;
extern const struct engine peer_uffd;

/* Say what failed, by errno; returns false. */
bool peer_failed(const char *peer, const char *what);


#endif
