/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where Mach's programs look for sizes and addresses. */
#include <dpager/mach_types.h>
