/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where Mach's programs look for host_default_memory_manager(). */
#include <dpager/mach.h>
