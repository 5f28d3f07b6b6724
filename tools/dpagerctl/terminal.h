/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_TERMINAL_H
#define DPAGERCTL_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

/**
 * enum terminal_event - why terminal_wait() came back
 * @TERMINAL_TIME: the time is over
 * @TERMINAL_KEY: a key that means nothing, or the window has another size
 * @TERMINAL_END: the user wants it to end
 */
enum terminal_event {
	TERMINAL_TIME,
	TERMINAL_KEY,
	TERMINAL_END,
};

void terminal_enter(void);
void terminal_leave(void);
void terminal_draw(const char *text);
enum terminal_event terminal_wait(uint64_t ms);
int terminal_columns(void);
int terminal_rows(void);

#endif
