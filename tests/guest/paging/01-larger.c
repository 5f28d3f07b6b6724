// SPDX-License-Identifier: GPL-2.0
/*
 * An object three times as large as memory, three generations, in order and at
 * random, from two processes, with anonymous pressure by a third.
 *
 * guest: mem=256 timeout=400
 */
#include "crowd.h"
#include "dp.h"

int main(void)
{
	struct crowd crowd = {
		.bytes = 768 * MiB,
		.anonymous = 48 * MiB,
		.random = 3000,
	};
	struct dp_scene scene;

	dp_scene_open(&scene, "/dev/vda", GiB);
	crowd.pager = scene.pager;
	crowd_run(&crowd);
	dp_scene_close(&scene);
	return tap_done();
}
