/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIBDPAGER_EVACUATE_H
#define LIBDPAGER_EVACUATE_H

#include <linux/dpager.h>

void evacuate_in(struct dpager_evacuate *argument, const struct dpager_evacuate *wanted);
void evacuate_out(struct dpager_evacuate *answer, const struct dpager_evacuate *argument);

#endif
