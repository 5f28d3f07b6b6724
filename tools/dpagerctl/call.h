/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_CALL_H
#define DPAGERCTL_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/dpager.h>

#define CALL_DEVICE	"/dev/dpager"

/**
 * struct call_head - how every argument struct begins
 */
struct call_head {
	__u32 size;
	__u32 flags;
	__u32 detail;
};

#define CALL_FORMAT(at)	__attribute__((format(printf, at, (at) + 1)))

void call_device(const char *path);
int call_pager(int mode);
int call_pager_most(void);
int call_store(int pager, const char *store, struct dpager_store_open *opened);
int call_store_id(int pager, uint64_t id, struct dpager_store_open *opened);
int call_try(int fd, unsigned long request, void *argument);
CALL_FORMAT(4) void call(int fd, unsigned long request, void *argument, const char *format, ...);
CALL_FORMAT(2) __attribute__((noreturn))
void call_fail(const void *argument, const char *format, ...);
void *call_list_try(int fd, unsigned long request, size_t entry_size, size_t *count,
		    struct dpager_list *list);
void *call_list(int fd, unsigned long request, size_t entry_size, size_t *count,
		const char *what);
void call_info(int pager, struct dpager_info *info);
bool call_store_entry(int pager, uint64_t id, struct dpager_store_entry *entry);
uint64_t call_store_listed(int pager, const char *store);

/* explain.c: failures as sentences that say what to do */
const char *explain(int error, uint32_t detail);
_Noreturn void explain_device(const char *path);

#endif
