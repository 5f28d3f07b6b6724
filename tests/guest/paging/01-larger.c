// SPDX-License-Identifier: GPL-2.0
/*
 * An object three times as large as memory, three generations, in order and at
 * random, from two processes, with anonymous pressure by a third.
 *
 * guest: mem=512 smp=2 disks=2G,2G timeout=240
 */
#include "crowd.h"
#include "dp.h"

int main(void)
{
	struct crowd crowd = {
		.bytes = 1536 * MiB,
		.anonymous = 96 * MiB,
		.random = 5000,
	};
	struct dp_scene scene;

	dp_scene_open(&scene, "/dev/vda", 2 * GiB);
	crowd.pager = scene.pager;
	crowd_run(&crowd);
	dp_scene_close(&scene);
	return tap_done();
}
