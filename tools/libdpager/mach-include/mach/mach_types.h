/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where Mach's programs look for types. */
#include <dpager/mach_types.h>
