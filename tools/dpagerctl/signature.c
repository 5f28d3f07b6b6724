// SPDX-License-Identifier: GPL-2.0
/* What a device holds, as libblkid knows it, so that nobody's data is overwritten unasked. */
#include <blkid.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "signature.h"

#define NAME_SIZE	64

static const char *value(blkid_probe probe, const char *name)
{
	const char *data;

	return blkid_probe_lookup_value(probe, name, &data, NULL) ? NULL : data;
}

/* Labels are anybody's bytes: only what a terminal can show is kept. */
static void printable(char *out, const char *text)
{
	if (blkid_safe_string(text, out, NAME_SIZE))
		*out = '\0';
}

/* As in: ext4 (filesystem, label "data"). */
static void describe_superblock(blkid_probe probe, const char *type, FILE *out)
{
	const char *usage = value(probe, "USAGE");
	const char *label = value(probe, "LABEL");
	char name[NAME_SIZE];

	fputs(type, out);
	if (usage && strcmp(usage, "other"))
		fprintf(out, " (%s", usage);
	else
		fputs(strcmp(type, "swap") ? " (data" : " (swap space", out);
	if (label) {
		printable(name, label);
		fprintf(out, ", label \"%s\"", name);
	}
	fputc(')', out);
}

static void describe(blkid_probe probe, FILE *out)
{
	const char *type = value(probe, "TYPE");
	const char *table = value(probe, "PTTYPE");

	if (type)
		describe_superblock(probe, type, out);
	else
		fprintf(out, "%s (partition table)", table ? table : "something unknown");
}

static blkid_probe probe_new(int fd, const char *device)
{
	blkid_probe probe = blkid_new_probe();

	if (!probe || blkid_probe_set_device(probe, fd, 0, 0))
		args_fail("cannot look for signatures on %s: %s", device, strerror(errno));
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE |
					  BLKID_SUBLKS_LABEL | BLKID_SUBLKS_BADCSUM);
	blkid_probe_enable_partitions(probe, 1);
	return probe;
}

/* All signatures found, "a, b", or NULL when there is none. */
static char *list(blkid_probe probe, const char *device)
{
	char *text = NULL;
	bool any = false;
	size_t length;
	FILE *out;
	int ret;

	out = open_memstream(&text, &length);
	if (!out)
		args_fail("out of memory");
	while (!(ret = blkid_do_probe(probe))) {
		if (any)
			fputs(", ", out);
		describe(probe, out);
		any = true;
	}
	fclose(out);
	if (ret < 0)
		args_fail("cannot look for signatures on %s: reading it failed; choose another "
			  "device, or repeat with --force if that does not matter", device);
	if (any)
		return text;
	free(text);
	return NULL;
}

/**
 * signature_refuse - end the program if a device holds something that is known
 * @fd: the device, open for reading
 * @device: its path for the message
 *
 * Looks for filesystems, RAID, LVM, encryption, swap and partition tables. Nothing
 * is written.
 */
void signature_refuse(int fd, const char *device)
{
	blkid_probe probe = probe_new(fd, device);
	char *found = list(probe, device);

	blkid_free_probe(probe);
	if (!found)
		return;
	args_fail("%s holds %s, which a segment would overwrite; if this is the right device, "
		  "repeat with --force, or remove the signature first (\"wipefs --all %s\")",
		  device, found, device);
}
