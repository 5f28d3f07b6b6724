// SPDX-License-Identifier: GPL-2.0
/* A screen of a terminal's that is drawn over and over, and left as it was found. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "args.h"
#include "terminal.h"

#define COLUMNS_DEFAULT	80
#define ROWS_DEFAULT	24

/* The other screen, without a cursor; and back. */
#define SCREEN_ENTER	"\033[?1049h\033[?25l"
#define SCREEN_LEAVE	"\033[?25h\033[?1049l"
#define HOME		"\033[H"
#define ERASE_LINE	"\033[K"
#define ERASE_BELOW	"\033[J"

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH };
#define SIGNALS	(sizeof(signals) / sizeof(*signals))

static struct {
	bool entered;
	bool has_keys;		/* standard input is a terminal, with these settings: */
	struct termios settings;
	sigset_t unblocked;	/* what may come while it waits, and only then */
	struct sigaction before[SIGNALS];
} terminal;

static volatile sig_atomic_t ended_by, stopped;

static void on_signal(int number)
{
	if (number == SIGTSTP)
		stopped = 1;
	else if (number != SIGWINCH)
		ended_by = number;
}

static bool window(struct winsize *size)
{
	return !ioctl(STDOUT_FILENO, TIOCGWINSZ, size) && size->ws_col && size->ws_row;
}

/**
 * terminal_columns - how many columns standard output has
 */
int terminal_columns(void)
{
	struct winsize size;

	return window(&size) ? size.ws_col : COLUMNS_DEFAULT;
}

/**
 * terminal_rows - how many rows standard output has
 */
int terminal_rows(void)
{
	struct winsize size;

	return window(&size) ? size.ws_row : ROWS_DEFAULT;
}

static void say(const char *text)
{
	fputs(text, stdout);
	fflush(stdout);
}

/* Keys come one by one, and are not shown. Ctrl-C and Ctrl-Z stay signals. */
static void keys_take(void)
{
	struct termios settings;

	terminal.has_keys = !tcgetattr(STDIN_FILENO, &terminal.settings);
	if (!terminal.has_keys)
		return;
	settings = terminal.settings;
	settings.c_lflag &= ~(ICANON | ECHO);
	settings.c_cc[VMIN] = 1;
	settings.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &settings);
}

static void signals_take(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;
	size_t i;

	sigemptyset(&blocked);
	for (i = 0; i < SIGNALS; i++)
		sigaddset(&blocked, signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, &terminal.unblocked);
	for (i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &terminal.before[i]);
		if (terminal.before[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

static void signals_give_back(void)
{
	size_t i;

	for (i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &terminal.before[i], NULL);
	sigprocmask(SIG_SETMASK, &terminal.unblocked, NULL);
}

/**
 * terminal_leave - give the terminal back as it was; may be called at any time
 */
void terminal_leave(void)
{
	if (!terminal.entered)
		return;
	terminal.entered = false;
	say(SCREEN_LEAVE);
	if (terminal.has_keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &terminal.settings);
	signals_give_back();
}

/**
 * terminal_enter - take the terminal
 *
 * However the program ends from here on, the terminal is given back.
 */
void terminal_enter(void)
{
	static bool registered;

	if (!registered) {
		atexit(terminal_leave);
		args_before_message(terminal_leave);
		registered = true;
	}
	signals_take();
	keys_take();
	terminal.entered = true;
	say(SCREEN_ENTER);
}

/* Ctrl-Z: the shell gets the terminal as it was, and "fg" brings the screen back. */
static void stop(void)
{
	stopped = 0;
	terminal_leave();
	raise(SIGTSTP);
	terminal_enter();
}

/* Ctrl-C is a way to end it; of any other signal it dies, as if it had not been caught. */
static void end_by_signal(void)
{
	if (ended_by == SIGINT)
		return;
	terminal_leave();
	raise(ended_by);
}

static enum terminal_event key(void)
{
	char pressed;
	ssize_t length = read(STDIN_FILENO, &pressed, 1);

	if (length == 1)
		return pressed == 'q' || pressed == 'Q' ? TERMINAL_END : TERMINAL_KEY;
	if (!length)	/* end of input: as from now on there are no keys */
		terminal.has_keys = false;
	return TERMINAL_KEY;
}

/**
 * terminal_wait - wait for a key, a signal, or the time
 * @ms: so long
 */
enum terminal_event terminal_wait(uint64_t ms)
{
	const struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	struct pollfd input = { .fd = terminal.has_keys ? STDIN_FILENO : -1, .events = POLLIN };
	int ready = ppoll(&input, 1, &time, &terminal.unblocked);

	if (ended_by) {
		end_by_signal();
		return TERMINAL_END;
	}
	if (stopped)
		stop();
	if (ready > 0)
		return key();
	return ready ? TERMINAL_KEY : TERMINAL_TIME;
}

/* The bytes of a line that fit in so many columns. */
static size_t fitting(const char *line, size_t length, int columns)
{
	mbstate_t state = { 0 };
	size_t at = 0, step;
	wchar_t wide;
	int width;

	while (at < length) {
		step = mbrtowc(&wide, line + at, length - at, &state);
		if (!step || step > length - at) {	/* no character: shown as it is */
			memset(&state, 0, sizeof(state));
			step = 1;
			wide = L'?';
		}
		width = wcwidth(wide);
		columns -= width > 0 ? width : 1;
		if (columns < 0)
			break;
		at += step;
	}
	return at;
}

static int lines(const char *text)
{
	int count = 0;

	while ((text = strchr(text, '\n'))) {
		count++;
		text++;
	}
	return count;
}

/**
 * terminal_draw - show a text instead of what is on the screen
 * @text: lines; empty ones go when there is no room for all, then what does not
 *	fit is left out at the right and below
 */
void terminal_draw(const char *text)
{
	int columns = terminal_columns(), rows = terminal_rows();
	bool tight = lines(text) > rows;
	size_t length;

	fputs(HOME, stdout);
	for (; *text && rows; rows--) {
		if (tight)
			text += strspn(text, "\n");
		length = strcspn(text, "\n");
		printf("%.*s" ERASE_LINE, (int)fitting(text, length, columns), text);
		text += length + (text[length] == '\n');
		if (*text && rows > 1)	/* a newline in the last row would scroll */
			fputc('\n', stdout);
	}
	say(ERASE_BELOW);
}
