# SPDX-License-Identifier: GPL-2.0
# Programs for guests, static: tests/<path>.c becomes $(OUT)/<path>, linked with
# all of tests/guest/lib/*.c. Run by the lab as:
# make -f tools/lab/guest.mk TOP=... OUT=... program...

CFLAGS	:= -O2 -g -Wall -Wextra -Werror -pthread -D_GNU_SOURCE -MMD -MP \
	   -I$(TOP)/tests/guest/lib -I$(TOP)/include/uapi
LIBRARY	:= $(patsubst $(TOP)/tests/%.c,$(OUT)/%.o,$(wildcard $(TOP)/tests/guest/lib/*.c))

$(OUT)/%.o: $(TOP)/tests/%.c
	@mkdir -p $(@D)
	gcc $(CFLAGS) -c -o $@ $<

# Other files of the demo's folder belong to the demo.
$(OUT)/demo/demo: $(patsubst $(TOP)/tests/%.c,$(OUT)/%.o,$(wildcard $(TOP)/tests/demo/*.c)) \
		  $(LIBRARY)
	gcc -static -pthread -s -o $@ $^ -lm

# Through libdpager, which programs.py has built.
LIBDPAGER := $(OUT)/tools/libdpager.a
$(OUT)/guest/mach/%.o: CFLAGS += -I$(TOP)/tools/libdpager/include \
				 -I$(TOP)/tools/libdpager/mach-include
$(OUT)/guest/mach/%: $(OUT)/guest/mach/%.o $(LIBRARY) $(LIBDPAGER)
	gcc -static -pthread -s -o $@ $^ -lm

# Dynamic: a library is to be loaded before libc.
$(OUT)/guest/bin/shares $(OUT)/guest/bin/lazy: %: %.o $(LIBRARY)
	gcc -pthread -s -o $@ $^ -lm

# Examples need nothing of the tests.
$(OUT)/examples/%: $(TOP)/examples/%
	@mkdir -p $(@D)
	gcc $(CFLAGS) -static -s -o $@ $</$(notdir $<).c

$(OUT)/%: $(OUT)/%.o $(LIBRARY)
	gcc -static -pthread -s -o $@ $^ -lm

.SECONDARY:
-include $(shell find $(OUT) -type f -name '*.d' 2>/dev/null)
