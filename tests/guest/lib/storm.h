/* SPDX-License-Identifier: GPL-2.0 */
/* Everything that can happen to pages whose faults are handled, at once. */
#ifndef STORM_H
#define STORM_H

/* Results, after so many seconds: every page is as written last. */
void storm_run(unsigned int seconds);

#endif
