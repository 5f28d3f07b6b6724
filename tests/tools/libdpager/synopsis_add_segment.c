// SPDX-License-Identifier: GPL-2.0
/* The manual page's SYNOPSIS of default_pager_add_segment, word by word. */
#include <mach/default_pager_object.h>

kern_return_t   default_pager_add_segment
                (mach_port_t                      backing_store,
                 mach_port_t                             device,
                 recnum_t                                offset,
                 recnum_t                                 count,
                 int                                record_size);
