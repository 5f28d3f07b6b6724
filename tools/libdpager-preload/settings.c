// SPDX-License-Identifier: LGPL-2.1-or-later
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"

#define SIZE_DEFAULT	(1UL << 20)

static struct settings now = { .size = SIZE_DEFAULT };

/* An empty variable is as one that is not set. */
static const char *variable(const char *name)
{
	const char *text = secure_getenv(name);

	return text && *text ? text : NULL;
}

static bool same(const char *word, size_t length, const char *wanted)
{
	return length == strlen(wanted) && !memcmp(word, wanted, length);
}

static bool read_call(const char *word, size_t length)
{
	if (same(word, length, "memfd"))
		now.memfd = true;
	else if (same(word, length, "shm"))
		now.shm = true;
	else if (same(word, length, "mmap"))
		now.mmap = true;
	else if (same(word, length, "userfaultfd"))
		now.userfaultfd = true;
	else
		return false;
	return true;
}

static bool read_store(const char *word, size_t length)
{
	if (!length || length >= DPAGER_NAME_SIZE || now.nr_stores == DPAGER_OBJECT_STORES)
		return false;
	memcpy(now.stores[now.nr_stores++], word, length);
	return true;
}

/* Hands on each word of a list. */
static bool read_list(const char *text, char separator,
		      bool (*read)(const char *word, size_t length))
{
	const char *end;

	for (;; text = end + 1) {
		end = strchrnul(text, separator);
		if (!read(text, end - text))
			return false;
		if (!*end)
			return true;
	}
}

/* By hand: strtoull would set errno and take a sign. */
static bool read_size(const char *text)
{
	static const char suffixes[] = "KMGT";
	const char *suffix;
	size_t size = 0;
	int shift = 0;

	if (*text < '0' || *text > '9')
		return false;
	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(size, 10, &size) ||
		    __builtin_add_overflow(size, *text - '0', &size))
			return false;
	if (*text) {
		suffix = strchr(suffixes, *text & ~('a' - 'A'));
		if (!suffix || text[1])
			return false;
		shift = 10 * (suffix - suffixes + 1);
	}
	if (size > SIZE_MAX >> shift)
		return false;
	now.size = size << shift;
	return true;
}

static bool read_strict(const char *text)
{
	now.strict = !strcmp(text, "1");
	return now.strict || !strcmp(text, "0");
}

static bool read_directory(const char *text)
{
	if (*text != '/' || strlen(text) >= sizeof(now.directory))
		return false;
	strcpy(now.directory, text);
	return true;
}

static bool read_calls(const char *text)
{
	return read_list(text, ',', read_call);
}

static bool read_stores(const char *text)
{
	return read_list(text, ':', read_store);
}

static void settings_read(void)
{
	static const struct {
		const char *name;
		bool (*read)(const char *text);
	} variables[] = {
		{ "DPAGER_PRELOAD", read_calls },
		{ "DPAGER_PRELOAD_SIZE", read_size },
		{ "DPAGER_PRELOAD_STRICT", read_strict },
		{ "DPAGER_STORE", read_stores },
		{ "DPAGER_SHM", read_directory },
	};
	const char *text;
	size_t i;

	for (i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		text = variable(variables[i].name);
		if (text && !variables[i].read(text) && !now.bad)
			now.bad = variables[i].name;
	}
	if (!variable("DPAGER_PRELOAD")) {
		now.memfd = now.mmap = true;
		now.shm = variable("DPAGER_SHM");
	} else if (now.shm && !variable("DPAGER_SHM") && !now.bad) {
		now.bad = "DPAGER_SHM";
	}
	/* Nobody knows which calls were meant. */
	if (now.bad)
		now.memfd = now.shm = now.mmap = true;
}

const struct settings *settings(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, settings_read);
	return &now;
}

/* Before main(), so that neither a thread nor a signal handler is the first to ask. */
__attribute__((constructor)) static void settings_early(void)
{
	settings();
}
