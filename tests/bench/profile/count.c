// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin for QEMU's TCG: how often each instruction of the guest was executed, in
 * windows that end whenever the instruction at a given address is. Writes lines of
 * "window address count" in hexadecimal.
 *
 * count.so,at=ADDRESS,out=FILE (ADDRESS in hexadecimal). One CPU only.
 *
 * Debian has no package with the header of the interface (version 1, QEMU 7.2), so
 * what is used of it is declared here.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VISIBLE		__attribute__((visibility("default")))
#define INLINE_ADD_U64	0
#define CB_NO_REGS	0
#define BUCKETS		65536

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   void (*translated)(qemu_plugin_id_t id,
							      struct qemu_plugin_tb *tb));
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id,
				    void (*ends)(qemu_plugin_id_t id, void *data), void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*executed)(unsigned int cpu, void *data),
					    int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int operation,
						void *counter, uint64_t by);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

VISIBLE int qemu_plugin_version = 1;

/**
 * struct place - an instruction
 * @address: in the guest
 * @count: how often it was executed
 * @before: how often before this window
 * @next: in its bucket
 */
struct place {
	uint64_t address;
	uint64_t count;
	uint64_t before;
	struct place *next;
};

static struct place *places[BUCKETS];
static uint64_t at;
static unsigned int window;
static FILE *out;

static struct place *place_of(uint64_t address)
{
	struct place **bucket = &places[(uint32_t)(address >> 1) * 0x9e3779b1u >> 16], *place;

	for (place = *bucket; place; place = place->next) {
		if (place->address == address)
			return place;
	}
	place = calloc(1, sizeof(*place));
	if (!place)
		abort();
	place->address = address;
	place->next = *bucket;
	*bucket = place;
	return place;
}

static void window_end(void)
{
	struct place *place;
	unsigned int i;

	for (i = 0; i < BUCKETS; i++) {
		for (place = places[i]; place; place = place->next) {
			if (place->count == place->before)
				continue;
			fprintf(out, "%x %lx %lx\n", window, place->address,
				place->count - place->before);
			place->before = place->count;
		}
	}
	window++;
}

static void executed_mark(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	window_end();
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t insns = qemu_plugin_tb_n_insns(tb), i;

	(void)id;
	for (i = 0; i < insns; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);

		qemu_plugin_register_vcpu_insn_exec_inline(insn, INLINE_ADD_U64,
							   &place_of(address)->count, 1);
		if (address == at)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, executed_mark, CB_NO_REGS,
							       NULL);
	}
}

static void ends(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	window_end();
	fclose(out);
}

VISIBLE int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	int i;

	(void)info;
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "at=", 3))
			at = strtoull(argv[i] + 3, NULL, 16);
		else if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
	}
	if (!at || !out) {
		fprintf(stderr, "count.so: at=ADDRESS and out=FILE are needed\n");
		return 1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, ends, NULL);
	return 0;
}
