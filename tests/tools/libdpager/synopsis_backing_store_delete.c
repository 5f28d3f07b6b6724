// SPDX-License-Identifier: GPL-2.0
/* The manual page's SYNOPSIS of default_pager_backing_store_delete, word by word. */
#include <mach/default_pager_object.h>

kern_return_t   default_pager_backing_store_delete
                (mach_port_t                      backing_store);
