// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Hurd's names of paging areas ("/dev/hd0s5", "device:hd1") as names of stores.
 * What is a store's name is taken as it is. Any other is "hurd-" and the name
 * with "__" for an underscore and "_xx" for what a store's name cannot have, so
 * that no two names meet: Hurd added nothing, in silence, when two did.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mach.h"

#define PREFIX		"hurd-"
#define PREFIX_LENGTH	(sizeof(PREFIX) - 1)
#define PLAIN		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-"

static bool is_plain(char c)
{
	return c && strchr(PLAIN, c);
}

static bool is_store_name(const char *name)
{
	size_t length = strlen(name);

	return length && length < DPAGER_NAME_SIZE && strspn(name, PLAIN "_") == length &&
	       strncmp(name, PREFIX, PREFIX_LENGTH);
}

/* One character; @code has room for three and a NUL. */
static void encode(char c, char code[4])
{
	if (is_plain(c))
		snprintf(code, 4, "%c", c);
	else if (c == '_')
		strcpy(code, "__");
	else
		snprintf(code, 4, "_%02x", (unsigned char)c);
}

/**
 * name_encode - the store of an area
 * @name: the area's name
 * @store: out: the store's
 *
 * Returns 0, or -1: it is empty, or too long.
 */
int name_encode(const char *name, char store[DPAGER_NAME_SIZE])
{
	size_t length = PREFIX_LENGTH;
	char code[4];

	if (is_store_name(name)) {
		strcpy(store, name);
		return 0;
	}
	strcpy(store, PREFIX);
	for (; *name; name++) {
		encode(*name, code);
		if (length + strlen(code) >= DPAGER_NAME_SIZE)
			return -1;
		strcpy(store + length, code);
		length += strlen(code);
	}
	return length > PREFIX_LENGTH ? 0 : -1;
}

/* The character that begins at *@at, which moves behind it; 0: there is none. */
static char decode(const char **at)
{
	unsigned int c;

	if (**at != '_')
		return *(*at)++;
	if ((*at)[1] == '_') {
		*at += 2;
		return '_';
	}
	if (!isxdigit((unsigned char)(*at)[1]) || sscanf(*at + 1, "%2x", &c) != 1)
		return 0;
	*at += 3;
	return c;
}

/**
 * name_decode - the area of a store
 * @store: the store's name
 * @name: out: the area's; the store's own where it is none
 *
 * Returns its length.
 */
size_t name_decode(const char *store, char name[DPAGER_NAME_SIZE])
{
	const char *at = store + PREFIX_LENGTH;
	char again[DPAGER_NAME_SIZE];
	size_t length = 0;

	if (!strncmp(store, PREFIX, PREFIX_LENGTH)) {
		while (*at && (name[length] = decode(&at)))
			length++;
		name[length] = '\0';
		/* Somebody may have chosen a name that only looks like an area's. */
		if (!name_encode(name, again) && !strcmp(again, store))
			return length;
	}
	strcpy(name, store);
	return strlen(name);
}
