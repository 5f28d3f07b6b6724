// SPDX-License-Identifier: GPL-2.0
/* A look of dpagerctl watch: a snapshot, and the figures of the largest objects. */
#include <unistd.h>

#include "call.h"
#include "watch_view.h"

/* An object that ended since it was listed, or a pager open for reading only, has none. */
static void ask(int pager, uint64_t id, struct dpager_object_info *info)
{
	struct dpager_object_open opened = {
		.size = sizeof(opened),
		.flags = DPAGER_OBJECT_RDONLY,
		.id = id,
	};

	*info = (struct dpager_object_info){ .size = sizeof(*info) };
	if (call_try(pager, DPAGER_IOC_OBJECT_OPEN, &opened))
		return;
	if (call_try(opened.fd, DPAGER_IOC_OBJECT_INFO, info))
		info->id = 0;
	close(opened.fd);
}

/**
 * look_take - look
 * @look: out; to be freed with look_free()
 * @pager: the pager
 */
void look_take(struct look *look, int pager)
{
	size_t i;

	snapshot_take(&look->snapshot, pager);
	snapshot_sort_objects(&look->snapshot);
	look->figure_count = look->snapshot.object_count;
	if (look->figure_count > LOOK_OBJECTS)
		look->figure_count = LOOK_OBJECTS;
	for (i = 0; i < look->figure_count; i++)
		ask(pager, look->snapshot.objects[i].id, &look->figures[i]);
}

/**
 * look_free - forget it
 * @look: the look
 */
void look_free(struct look *look)
{
	snapshot_free(&look->snapshot);
	look->figure_count = 0;
}

/**
 * look_figures - the figures of an object
 * @look: the look
 * @id: the object's id
 *
 * Returns NULL when they are not known.
 */
const struct dpager_object_info *look_figures(const struct look *look, uint64_t id)
{
	size_t i;

	for (i = 0; i < look->figure_count; i++)
		if (look->figures[i].id == id)
			return &look->figures[i];
	return NULL;
}
