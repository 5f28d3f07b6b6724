/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_SIGNATURE_H
#define DPAGERCTL_SIGNATURE_H

void signature_refuse(int fd, const char *device);

#endif
