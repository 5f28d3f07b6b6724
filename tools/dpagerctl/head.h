/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_HEAD_H
#define DPAGERCTL_HEAD_H

#include <stdio.h>

#include "snapshot.h"

void head_print(FILE *out, const struct snapshot *snapshot);
void head_nothing(FILE *out, const struct snapshot *snapshot);
void head_hidden(FILE *out, const struct snapshot *snapshot);

#endif
