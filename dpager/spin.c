// SPDX-License-Identifier: GPL-2.0
/* How long to look for the end of a read before going to sleep for it. */
#include <linux/compiler.h>
#include <linux/minmax.h>

#include "spin.h"

/* The first step, and what is too little to be worth it. */
#define SPIN_MIN_NS		10000U

void dpager_spin_learn(struct dpager_spin *spin, u64 waited, u32 most)
{
	u32 old = READ_ONCE(spin->ns), ns = old;

	if (waited > 2 * (u64)most)
		ns /= 2;
	else if (waited > ns)
		ns = max(ns * 2, SPIN_MIN_NS);
	ns = min(ns, most);
	if (ns < SPIN_MIN_NS)
		ns = 0;
	if (ns != old)
		WRITE_ONCE(spin->ns, ns);
}
