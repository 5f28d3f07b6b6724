/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints, at changes of state: events/dpager in tracefs. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dpager

#if !defined(_DPAGER_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _DPAGER_TRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(dpager_pageout,
	TP_PROTO(u64 object, pgoff_t index, u32 count, u64 segment, u64 slot),
	TP_ARGS(object, index, count, segment, slot),
	TP_STRUCT__entry(
		__field(u64, object)
		__field(pgoff_t, index)
		__field(u32, count)
		__field(u64, segment)
		__field(u64, slot)
	),
	TP_fast_assign(
		__entry->object = object;
		__entry->index = index;
		__entry->count = count;
		__entry->segment = segment;
		__entry->slot = slot;
	),
	TP_printk("object=%llu index=%lu count=%u segment=%llu slot=%llu",
		  __entry->object, __entry->index, __entry->count,
		  __entry->segment, __entry->slot)
);

TRACE_EVENT(dpager_pagein,
	TP_PROTO(u64 object, pgoff_t index, u64 segment, u64 slot, bool ahead),
	TP_ARGS(object, index, segment, slot, ahead),
	TP_STRUCT__entry(
		__field(u64, object)
		__field(pgoff_t, index)
		__field(u64, segment)
		__field(u64, slot)
		__field(bool, ahead)
	),
	TP_fast_assign(
		__entry->object = object;
		__entry->index = index;
		__entry->segment = segment;
		__entry->slot = slot;
		__entry->ahead = ahead;
	),
	TP_printk("object=%llu index=%lu segment=%llu slot=%llu ahead=%d",
		  __entry->object, __entry->index, __entry->segment,
		  __entry->slot, __entry->ahead)
);

DECLARE_EVENT_CLASS(dpager_cluster,
	TP_PROTO(u64 object, pgoff_t index, u32 places),
	TP_ARGS(object, index, places),
	TP_STRUCT__entry(
		__field(u64, object)
		__field(pgoff_t, index)
		__field(u32, places)
	),
	TP_fast_assign(
		__entry->object = object;
		__entry->index = index;
		__entry->places = places;
	),
	TP_printk("object=%llu index=%lu places=%u", __entry->object,
		  __entry->index, __entry->places)
);

DEFINE_EVENT(dpager_cluster, dpager_fold,
	TP_PROTO(u64 object, pgoff_t index, u32 places),
	TP_ARGS(object, index, places)
);

DEFINE_EVENT(dpager_cluster, dpager_unfold,
	TP_PROTO(u64 object, pgoff_t index, u32 places),
	TP_ARGS(object, index, places)
);

DEFINE_EVENT(dpager_cluster, dpager_transfer,
	TP_PROTO(u64 object, pgoff_t index, u32 places),
	TP_ARGS(object, index, places)
);

DECLARE_EVENT_CLASS(dpager_page_error,
	TP_PROTO(u64 object, pgoff_t index, u64 segment),
	TP_ARGS(object, index, segment),
	TP_STRUCT__entry(
		__field(u64, object)
		__field(pgoff_t, index)
		__field(u64, segment)
	),
	TP_fast_assign(
		__entry->object = object;
		__entry->index = index;
		__entry->segment = segment;
	),
	TP_printk("object=%llu index=%lu segment=%llu", __entry->object,
		  __entry->index, __entry->segment)
);

DEFINE_EVENT(dpager_page_error, dpager_io_error,
	TP_PROTO(u64 object, pgoff_t index, u64 segment),
	TP_ARGS(object, index, segment)
);

DEFINE_EVENT(dpager_page_error, dpager_checksum,
	TP_PROTO(u64 object, pgoff_t index, u64 segment),
	TP_ARGS(object, index, segment)
);

#endif /* _DPAGER_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
