/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long to look for the end of a read before going to sleep for it. A fast
 * device answers in less time than it takes to sleep and be woken; a slow one
 * is not worth a single look. What pays is learned from how long the last
 * waits took, as KVM learns how long to poll before it halts a CPU. Pure. It
 * is a guess, which is read and written without a lock.
 */
#ifndef _DPAGER_SPIN_H
#define _DPAGER_SPIN_H

#include <linux/types.h>

/**
 * struct dpager_spin - how long to spin; all zero at first
 * @ns: so long
 */
struct dpager_spin {
	u32 ns;
};

/**
 * dpager_spin_learn() - note how long a wait was
 * @spin: who waited
 * @waited: for how many nanoseconds, spinning and sleeping
 * @most: how long to spin at most, in nanoseconds; 0: never
 *
 * Waits that spinning covers make the time grow, others shrink it. A wait of
 * up to twice @most counts as covered: part of it was the sleep itself.
 */
void dpager_spin_learn(struct dpager_spin *spin, u64 waited, u32 most);

#endif /* _DPAGER_SPIN_H */
