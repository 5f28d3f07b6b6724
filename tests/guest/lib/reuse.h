/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cycles that each page out, drop and reuse the slots of a store so small that
 * every slot is used again at once, by objects that come and go.
 */
#ifndef REUSE_H
#define REUSE_H

/* Reports results. */
void reuse_run(unsigned int cycles);

#endif
