/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_INFO_H
#define DPAGERCTL_INFO_H

#include <linux/dpager.h>

void info_print(const struct dpager_info *info);

#endif
