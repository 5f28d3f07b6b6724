// SPDX-License-Identifier: GPL-2.0
#include "screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NARROWEST	64
#define CURSOR_HIDE	"\033[?25l"
#define CURSOR_SHOW	"\033[?25h"
#define ERASE_REST	"\033[K"

static int screen_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (columns && atoi(columns) > 0)
		return atoi(columns);
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return 80;
}

void screen_open(struct screen *screen)
{
	const char *wish = getenv("DEMO_TTY");

	memset(screen, 0, sizeof(*screen));
	screen->columns = screen_width();
	screen->terminal = wish && *wish ? *wish != '0' : isatty(STDOUT_FILENO);
	if (screen->columns < NARROWEST)
		screen->terminal = false;
	if (screen->terminal)
		printf(CURSOR_HIDE);
}

void screen_add(struct screen *screen, const char *format, ...)
{
	char *line = screen->frame[screen->next];
	size_t used = strlen(line);
	va_list values;

	va_start(values, format);
	vsnprintf(line + used, SCREEN_BYTES - used, format, values);
	va_end(values);
}

void screen_newline(struct screen *screen)
{
	if (screen->next < SCREEN_ROWS - 1)
		screen->next++;
	screen->frame[screen->next][0] = '\0';
}

void screen_show(struct screen *screen)
{
	int row;

	if (screen->rows)
		printf("\033[%dA", screen->rows);
	for (row = 0; row < screen->next; row++) {
		if (row >= screen->rows || strcmp(screen->shown[row], screen->frame[row]))
			printf("%s" ERASE_REST, screen->frame[row]);
		printf("\n");
		strcpy(screen->shown[row], screen->frame[row]);
	}
	screen->rows = screen->next;
	screen->next = 0;
	screen->frame[0][0] = '\0';
	fflush(stdout);
}

void screen_close(struct screen *screen)
{
	if (screen->terminal)
		printf(CURSOR_SHOW);
	fflush(stdout);
	screen->rows = 0;
}

const char *screen_style(const struct screen *screen, const char *sequence)
{
	return screen->terminal ? sequence : "";
}
