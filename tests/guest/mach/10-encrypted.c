// SPDX-License-Identifier: GPL-2.0
/*
 * What default_pager_triggers(3) says instead of SWAP_ENCRYPT_ON: a segment on
 * dm-crypt, by the table of that page, under a key that nobody keeps. Nothing of
 * an object is on the disk in the clear; without it everything is.
 *
 * guest: kmod=dm-mod,dm-crypt kernels=6.1,6.12,sid
 */
#include <sys/random.h>

#include "kern.h"
#include "tenant.h"

#define PAGES	256UL
#define BYTES	(8 * MiB)
#define CRYPT	"dpcrypt"

static mach_port_t pager;

static void crypt_create(char *path)
{
	unsigned char key[64];
	char table[256] = "aes-xts-plain64 ";
	size_t i, length = strlen(table);

	if (getrandom(key, sizeof(key), 0) != sizeof(key))
		bail("no key");
	for (i = 0; i < sizeof(key); i++)
		length += sprintf(table + length, "%02x", key[i]);
	strcpy(table + length, " 0 /dev/vda 0");
	dm_create(CRYPT, 64 * MiB / 512, "crypt", table, path);
}

/* Pages of the object that are on the raw disk as they are in memory. */
static uint64_t in_the_clear(const struct tenant *tenant)
{
	uint64_t found = 0, i;

	for (i = 0; i < PAGES; i += 16) {
		struct stamp stamp = { tenant->id, i, tenant->age[i] };

		found += block_find("/dev/vda", 0, BYTES, stamp) >= 0;
	}
	return found;
}

static void page_to(const char *path, uint64_t clear, const char *what)
{
	mach_port_t store = kern_store(pager, -1);
	struct tenant tenant;

	kern_segment(store, path, BYTES);
	tenant_open(&tenant, pager, PAGES);
	ok_equal(in_the_clear(&tenant), clear, "%s: pages that anyone can read", what);
	tenant_renew(&tenant, what);
	tenant_close(&tenant);
	kern_delete(pager, store);
}

int main(void)
{
	char path[64];

	pager = kern_pager();
	block_fill("/dev/vda", 0, BYTES, 0);
	crypt_create(path);
	page_to(path, 0, "on dm-crypt");
	dm_remove(CRYPT);
	block_fill("/dev/vda", 0, BYTES, 0);
	page_to("/dev/vda", PAGES / 16, "without");
	ok_kern(default_pager_triggers(pager, 0, 0, SWAP_ENCRYPT_ON, MACH_PORT_NULL), KERN_FAILURE,
		EOPNOTSUPP, 0, "SWAP_ENCRYPT_ON");
	ok_kern(default_pager_triggers(pager, 0, 0, SWAP_ENCRYPT_OFF, MACH_PORT_NULL), KERN_FAILURE,
		EOPNOTSUPP, 0, "SWAP_ENCRYPT_OFF");
	ok_kern(default_pager_triggers(1, 0, 0, SWAP_ENCRYPT_ON, MACH_PORT_NULL),
		KERN_INVALID_ARGUMENT, ENOTTY, 0, "SWAP_ENCRYPT_ON: no pager");
	return tap_done();
}
