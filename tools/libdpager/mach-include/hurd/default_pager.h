/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where Mach's programs look for Hurd's additions. */
#include <dpager/mach.h>
