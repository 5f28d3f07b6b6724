/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_EVACUATE_H
#define DPAGERCTL_EVACUATE_H

#include <stdint.h>

#include "args.h"
#include "call.h"

/* getopt's characters, long options and help of every command that evacuates. */
enum {
	EVACUATE_IF_UNUSED = 0x300,
	EVACUATE_RATE,
	EVACUATE_DEADLINE,
	EVACUATE_PROGRESS,
};

#define EVACUATE_SHORT	"fmnq"
#define EVACUATE_LONG \
	{ "deadline", required_argument, NULL, EVACUATE_DEADLINE }, \
	{ "dry-run", no_argument, NULL, 'n' }, \
	{ "force", no_argument, NULL, 'f' }, \
	{ "if-unused", no_argument, NULL, EVACUATE_IF_UNUSED }, \
	{ "memory", no_argument, NULL, 'm' }, \
	{ "progress", no_argument, NULL, EVACUATE_PROGRESS }, \
	{ "quiet", no_argument, NULL, 'q' }, \
	{ "rate", required_argument, NULL, EVACUATE_RATE }
#define EVACUATE_HELP \
	" -n, --dry-run        change nothing: say what would be moved, or why it cannot be\n" \
	" -m, --memory         pages that find no room elsewhere may come back to memory\n" \
	" -f, --force          give up pages that cannot be read, as of a device that is gone;\n" \
	"                      programs that touch them get SIGBUS\n" \
	"     --if-unused      move nothing: fail when pages are in use\n" \
	"     --rate SIZE      read at most so many bytes in a second\n" \
	"     --deadline SEC   give up after so many seconds, perhaps with a fraction\n" \
	"     --progress       show progress where stderr is no terminal, too: in lines\n" \
	" -q, --quiet          no progress, and no word when all went well\n"

/**
 * struct evacuation - a call that moves pages elsewhere and then takes what held them away
 * @store: the store's descriptor
 * @request: DPAGER_IOC_REMOVE_SEGMENT, _RESIZE_SEGMENT or _STORE_DELETE
 * @head: the call's struct, with size set; the options set its flags
 * @how: in it; the options set rate and deadline; out: of the whole command
 * @segment: the segment's id, or 0: all of the store's
 * @page_size: bytes of a page
 * @what: what is done, as in "cannot ..." or "would ..."
 * @done: what is said when it is done
 */
struct evacuation {
	int store;
	unsigned long request;
	struct call_head *head;
	struct dpager_evacuate *how;
	uint64_t segment;
	uint64_t page_size;
	char what[160];
	char done[160];
};

void evacuate_options(int argc, char **argv, const struct syntax *syntax);
void evacuate_store(struct evacuation *evacuation, const char *operand,
		    struct dpager_store_open *opened);
int evacuate(struct evacuation *evacuation);
void evacuate_tell(const struct evacuation *evacuation);
_Noreturn void evacuate_fail(const struct evacuation *evacuation);

#endif
