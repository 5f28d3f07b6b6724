// SPDX-License-Identifier: GPL-2.0
/* Alerts: levels, and the latest event. */
#include "alert.h"

void dpager_alert_set(struct dpager_alert *alert, u64 low, u64 high, bool once)
{
	*alert = (struct dpager_alert) {
		.low = low,
		.high = high,
		.once = once,
		.serial = alert->serial + 1,
	};
}

/* Only the latest is kept; a gap in its numbers tells of those before it. */
static void alert_raise(struct dpager_alert *alert, u32 kind, u64 free,
			u64 total)
{
	alert->event = (struct dpager_event) {
		.size = sizeof(alert->event),
		.kind = kind,
		.sequence = alert->event.sequence + 1,
		.free = free,
		.total = total,
	};
	alert->unread = true;
	alert->serial++;
}

/* What it has said remains to be read. */
static void alert_end(struct dpager_alert *alert)
{
	alert->low = 0;
	alert->is_low = false;
}

u32 dpager_alert_look(struct dpager_alert *alert, u64 free, u64 total)
{
	u32 kind;

	if (!alert->is_low && free < alert->low)
		kind = DPAGER_EVENT_LOW;
	else if (alert->is_low && free >= alert->high)
		kind = DPAGER_EVENT_ROOM;
	else
		return 0;
	alert->is_low = !alert->is_low;
	alert_raise(alert, kind, free, total);
	if (alert->once)
		alert_end(alert);
	return kind;
}

bool dpager_alert_peek(const struct dpager_alert *alert,
		       struct dpager_event *event, u64 *serial)
{
	*event = alert->event;
	*serial = alert->serial;
	return alert->unread;
}

bool dpager_alert_consume(struct dpager_alert *alert, u64 serial)
{
	bool mine = alert->unread && alert->serial == serial;

	if (mine)
		alert->unread = false;
	return mine;
}
