# SPDX-License-Identifier: GPL-2.0
# dpager: `make help` lists what there is to make.

KDIR	?= /lib/modules/$(shell uname -r)/build
KERNEL	?= 6.12
LAB	:= tools/lab

all: module

module:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

tools:
	$(MAKE) -C tools

help:
	@sed -n 's/^#: //p' Makefile

#: make                          the module for the running kernel, or KDIR=
#: make tools                    dpagerctl and libdpager
#: make demo                     memory larger than RAM, in a guest, to watch
#: make check                    every test; make check-long has the slow rest
#: make guest KERNEL=6.12 [TESTS=kind or kind/NN-name]
#:                               guest tests on one kernel (6.1, 6.12, sid, debug)
#: make kunit                    the pure parts, in UML
#: make debug                    KASAN, lockdep, kmemleak: suites and guest tests
#: make bench [BENCH=workload] [KERNEL=6.12]
#:                               dpager beside its peers, tables and plots: about an hour;
#:                               make bench-doc keeps them in doc/bench
#: make profile BENCH=page-in [KERNEL=6.12] [PEER=dpager]
#:                               the guest's functions by instructions, of fits, page-in, size
#: make lint                     checkpatch, sparse, W=1, kernel-doc, shellcheck, pahole
#: make selftest                 the runner tested with guests that misbehave
#: make vm KERNEL=6.12 [RUN=script] [FILES=folder]
#:                               a shell (or a script) in a guest with two spare disks
#: make clean                    what was built here (the cache is ~/.cache/dpager)

preflight:
	@$(LAB)/preflight

demo: preflight
	@$(LAB)/demo

guest selftest kunit debug lint: preflight
	@$(LAB)/check $@ --kernel '$(KERNEL)' --tests '$(TESTS)'

check check-long: preflight
	@$(LAB)/check $@

vm: preflight
	@$(LAB)/vm --kernel '$(KERNEL)' --run '$(RUN)' --files '$(FILES)'

bench: preflight
	@tests/bench/run --kernel '$(KERNEL)' $(BENCH)

bench-doc: preflight
	@tests/bench/run --kernel '$(KERNEL)' --keep $(BENCH)

profile: preflight
	@tests/bench/profile/profile --kernel '$(KERNEL)' --peer '$(or $(PEER),dpager)' $(BENCH)

clean:
	rm -rf build
	$(MAKE) -C tools clean
	find dpager tests/kunit . -maxdepth 1 \( -name '*.o' -o -name '*.ko' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '.*.cmd' -o -name '.*.d' -o -name modules.order \
		-o -name Module.symvers \) -delete

.PHONY: all module tools help preflight demo guest selftest kunit debug lint check check-long \
	vm bench bench-doc profile clean
