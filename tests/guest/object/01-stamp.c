// SPDX-License-Identifier: GPL-2.0
/*
 * The verifier itself: it must see every single wrong byte and name each kind
 * of wrong page, else no other test of content means anything.
 *
 * guest: timeout=60
 */
#include <string.h>

#include "block.h"
#include "stamp.h"
#include "tap.h"

static const struct stamp want = { .object = 7, .index = 9, .generation = 3 };

static void each_byte_matters(unsigned char *page)
{
	unsigned int at, unseen = 0;

	stamp_write(page, want);
	for (at = 0; at < PAGE; at++) {
		page[at] ^= 1;
		unseen += stamp_check(page, want) == STAMP_GOOD;
		page[at] ^= 1;
	}
	ok_equal(unseen, 0, "a wrong byte is seen wherever it is");
	ok(stamp_check(page, want) == STAMP_GOOD, "the page itself is good");
}

static void kind_is(const void *page, enum stamp_kind kind)
{
	ok(stamp_check(page, want) == kind, "a page that is wrong in kind: %s",
	   stamp_name(kind));
}

static void each_kind_has_a_name(unsigned char *page, unsigned char *other)
{
	memset(page, 0, PAGE);
	kind_is(page, STAMP_ZERO);
	memset(page, 0x5a, PAGE);
	kind_is(page, STAMP_GARBAGE);
	stamp_write(page, (struct stamp){ 8, 9, 3 });
	kind_is(page, STAMP_OTHER_OBJECT);
	stamp_write(page, (struct stamp){ 7, 10, 3 });
	kind_is(page, STAMP_OTHER_INDEX);
	stamp_write(page, (struct stamp){ 7, 9, 2 });
	kind_is(page, STAMP_STALE);
	stamp_write(page, (struct stamp){ 7, 9, 4 });
	kind_is(page, STAMP_FUTURE);
	stamp_write(page, want);
	stamp_write(other, (struct stamp){ 7, 9, 2 });
	memcpy(page + 512, other + 512, 512);
	kind_is(page, STAMP_TORN);
}

static void generations_differ_in_each_sector(unsigned char *page, unsigned char *other)
{
	unsigned int at, same = 0;

	stamp_write(page, want);
	stamp_write(other, (struct stamp){ 7, 9, 2 });
	for (at = 0; at < PAGE; at += 512)
		same += !memcmp(page + at, other + at, 512);
	ok_equal(same, 0, "two generations agree in no sector");
}

static void ranges_count_what_is_wrong(unsigned char *pages)
{
	stamp_fill(pages, 1, 0, 8, 1);
	ok_equal(stamp_verify(pages, 1, 0, 8, 1), 0, "a range that is good");
	ok_equal(stamp_verify(pages, 1, 0, 8, 2), 8, "a range that is stale");
	pages[3 * PAGE + 4095] ^= 0x80;
	ok_equal(stamp_verify(pages, 1, 0, 8, 1), 1, "a range with one wrong bit");
}

int main(void)
{
	unsigned char *pages = block_buffer(8 * PAGE);

	each_byte_matters(pages);
	each_kind_has_a_name(pages, pages + PAGE);
	generations_differ_in_each_sector(pages, pages + PAGE);
	ranges_count_what_is_wrong(pages);
	return tap_done();
}
