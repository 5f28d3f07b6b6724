/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where Mach's programs look for mach_port_deallocate(). */
#include <dpager/mach.h>
