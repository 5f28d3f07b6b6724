/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where Mach's programs look for vm_deallocate(). */
#include <dpager/mach.h>
