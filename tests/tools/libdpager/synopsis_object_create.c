// SPDX-License-Identifier: GPL-2.0
/* The manual page's SYNOPSIS of default_pager_object_create, word by word. It includes nothing. */
#include <mach/default_pager_object.h>

kern_return_t default_pager_object_create
(mach_port_t pager,
memory_object_t *memory_object,
vm_size_t object_size);


kern_return_t seqnos_default_pager_object_create
(mach_port_t pager,
mach_port_seqno_t seqno,
memory_object_t *memory_object,
vm_size_t object_size);
