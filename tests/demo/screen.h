/* SPDX-License-Identifier: GPL-2.0 */
/* A terminal with a part at the end that is drawn again and again; or no terminal. */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>

#define SCREEN_ROWS	16
#define SCREEN_BYTES	2048

#define DIM	"\033[2m"
#define BOLD	"\033[1m"
#define RED	"\033[31m"
#define GREEN	"\033[32m"
#define BLUE	"\033[34m"
#define CYAN	"\033[36m"
#define PLAIN	"\033[0m"

/**
 * struct screen - what is on the live part of the terminal
 * @terminal: it is one, and wide enough; otherwise only plain lines are for it
 * @columns: its width
 * @rows: lines on it now
 * @next: lines of the frame that is being made
 * @shown: what they are
 * @frame: what they become
 */
struct screen {
	bool terminal;
	int columns;
	int rows;
	int next;
	char shown[SCREEN_ROWS][SCREEN_BYTES];
	char frame[SCREEN_ROWS][SCREEN_BYTES];
};

/* DEMO_TTY=0 or 1 and COLUMNS in the environment overrule what stdout is. */
void screen_open(struct screen *screen);

/* Add text to the frame's current line; end the line. */
__attribute__((format(printf, 2, 3)))
void screen_add(struct screen *screen, const char *format, ...);
void screen_newline(struct screen *screen);

/* Show the frame: only lines that changed are sent. */
void screen_show(struct screen *screen);

/* The live part becomes ordinary output. */
void screen_close(struct screen *screen);

/* The sequence on a terminal, nothing elsewhere. */
const char *screen_style(const struct screen *screen, const char *sequence);

#endif
