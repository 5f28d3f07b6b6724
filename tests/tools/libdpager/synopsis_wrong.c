// SPDX-License-Identifier: GPL-2.0
/* Must not compile: XNU's .defs has the size first. It shows that the others prove something. */
#include <mach/default_pager_object.h>

kern_return_t default_pager_object_create
(mach_port_t pager,
vm_size_t object_size,
memory_object_t *memory_object);
