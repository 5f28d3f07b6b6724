// SPDX-License-Identifier: GPL-2.0
/* Ports: made and freed with their descriptors. */
#include <linux/err.h>
#include <linux/slab.h>

#include "port.h"
#include "store.h"

struct dpager_port *dpager_port_create(struct dpager_store *store)
{
	struct dpager_port *port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);

	if (!port)
		return ERR_PTR(-ENOMEM);
	if (store)
		dpager_store_get(store);
	port->store = store;
	dpager_trigger_init(&port->trigger, store);
	return port;
}

void dpager_port_free(struct dpager_port *port)
{
	dpager_trigger_exit(&port->trigger);
	if (port->store)
		dpager_store_put(port->store);
	kfree(port);
}
