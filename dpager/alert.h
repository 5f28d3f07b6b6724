/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An alert: when space is low, when there is enough again, and which event of
 * that is to be read. Pure: the caller knows the figures, locks, and wakes.
 */
#ifndef _DPAGER_ALERT_H
#define _DPAGER_ALERT_H

#include <linux/types.h>
#include <linux/dpager.h>

/**
 * struct dpager_alert - levels, and the latest event; zeros: none
 * @low: space becomes low below so many bytes; 0: not set
 * @high: and is so no more from so many on; at least @low
 * @once: not set any more after the first event
 * @is_low: space was low when it was last looked at
 * @unread: @event is to be read
 * @serial: grows with each event and each setting, never begins again
 * @event: the latest
 */
struct dpager_alert {
	u64 low;
	u64 high;
	bool once;
	bool is_low;
	bool unread;
	u64 serial;
	struct dpager_event event;
};

/**
 * dpager_alert_set() - set the levels; what was before is forgotten
 * @alert: the alert
 * @low: 0: none
 * @high: at least @low
 * @once: for one event
 */
void dpager_alert_set(struct dpager_alert *alert, u64 low, u64 high,
		      bool once);

/* Are levels set? */
static inline bool dpager_alert_is_set(const struct dpager_alert *alert)
{
	return alert->low;
}

/**
 * dpager_alert_look() - has a level been crossed?
 * @alert: the alert, set
 * @free: bytes that are free
 * @total: of so many
 *
 * Between the levels nothing changes.
 * Return: DPAGER_EVENT_*, which is @alert->event now; 0: no.
 */
u32 dpager_alert_look(struct dpager_alert *alert, u64 free, u64 total);

/**
 * dpager_alert_peek() - the event to be read
 * @alert: the alert
 * @event: out: the event
 * @serial: out: for dpager_alert_consume()
 *
 * Return: is there one?
 */
bool dpager_alert_peek(const struct dpager_alert *alert,
		       struct dpager_event *event, u64 *serial);

/**
 * dpager_alert_consume() - an event has been read
 * @alert: the alert
 * @serial: as of dpager_alert_peek()
 *
 * Return: false: no, somebody else has read it, or another came.
 */
bool dpager_alert_consume(struct dpager_alert *alert, u64 serial);

#endif /* _DPAGER_ALERT_H */
