/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ports: what each open descriptor of the pager or a store has for itself. A
 * descriptor that was passed on, or inherited, is the same port.
 */
#ifndef _DPAGER_PORT_H
#define _DPAGER_PORT_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "trigger.h"

struct dpager_store;

/**
 * struct dpager_port - an open descriptor of the pager or a store
 * @store: the store, referenced, NULL: the pager; immutable
 * @calls: how many calls there were
 * @trigger: its space trigger
 */
struct dpager_port {
	struct dpager_store *store;
	atomic64_t calls;
	struct dpager_trigger trigger;
};

/**
 * dpager_port_create() - for a descriptor that is being opened
 * @store: the store, of which a reference is taken, or NULL
 *
 * Return: the port or ERR_PTR(-ENOMEM).
 */
struct dpager_port *dpager_port_create(struct dpager_store *store);

/* For one that is being closed. Context: process, may sleep. */
void dpager_port_free(struct dpager_port *port);

/* The number of the next call: 1, 2, ..., none twice. */
static inline u64 dpager_port_number(struct dpager_port *port)
{
	return atomic64_inc_return(&port->calls);
}

#endif /* _DPAGER_PORT_H */
