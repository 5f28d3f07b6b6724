// SPDX-License-Identifier: GPL-2.0
/*
 * As 01-larger, 1.5 GiB in 512 MiB, with segments on two disks and many more
 * random accesses. On the debug kernel 01-larger has to do.
 *
 * guest: mem=512 smp=2 disks=2G,2G timeout=900 kernels=6.1,6.12,sid long
 */
#include <fcntl.h>

#include "block.h"
#include "crowd.h"
#include "dp.h"

int main(void)
{
	struct crowd crowd = {
		.bytes = 1536 * MiB,
		.anonymous = 128 * MiB,
		.random = 40000,
	};
	struct dp_scene scene;
	int disk;

	dp_scene_open(&scene, "/dev/vda", GiB);
	disk = block_open("/dev/vdb", O_RDWR);
	dp_segment(scene.store, disk, 0, GiB);
	crowd.pager = scene.pager;
	crowd_run(&crowd);
	dp_scene_close(&scene);
	return tap_done();
}
