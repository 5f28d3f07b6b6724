# SPDX-License-Identifier: GPL-2.0
# libdpager, shared and static, for tools/Makefile.

lib_version := $(VERSION)
lib_soname := libdpager.so.0
lib_sources := $(wildcard libdpager/*.c libdpager/mach/*.c)
lib_objects := $(lib_sources:libdpager/%.c=$(O)/libdpager.d/%.o)
lib_include := -Ilibdpager/include -I../include/uapi
lib_cppflags := -D_GNU_SOURCE -fPIC -fvisibility=hidden $(lib_include)
lib_real := $(O)/libdpager.so.$(lib_version)
lib_tests := ../tests/tools/libdpager

LIBDIR ?= $(PREFIX)/lib
pythondir ?= $(PREFIX)/lib/python3/dist-packages
includedir := $(PREFIX)/include
man3dir := $(PREFIX)/share/man/man3

libdpager: $(O)/libdpager.a $(O)/$(lib_soname) $(O)/libdpager.so

$(O)/libdpager.d/%.o: libdpager/%.c $(O)/libdpager.d/flags
	@mkdir -p $(@D)
	$(call quiet,CC  ,$<)$(CC) $(CFLAGS) $(warnings) $(lib_cppflags) -MMD -MP -c -o $@ $<

$(O)/libdpager.d/flags: FORCE
	$(call flags_file,$(lib_cppflags))

# Anew each time: ar would keep the object of a source that is no more.
$(O)/libdpager.a: $(lib_objects)
	@$(RM) $@
	$(call quiet,AR  ,$@)$(AR) rcs $@ $^

$(lib_real): $(lib_objects) libdpager/libdpager.map
	$(call quiet,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(lib_soname) \
		-Wl,--version-script,libdpager/libdpager.map -Wl,-z,defs -o $@ $(lib_objects)

$(O)/$(lib_soname) $(O)/libdpager.so: $(lib_real)
	@ln -sf $(<F) $@

$(O)/libdpager_%_test: $(lib_tests)/%_test.c $(O)/libdpager.a
	$(call quiet,CC  ,$<)$(CC) $(CFLAGS) $(warnings) -D_GNU_SOURCE $(lib_include) -o $@ $^

$(O)/libdpager_name_test: lib_include += -Ilibdpager

check-libdpager: libdpager $(O)/libdpager_kern_test $(O)/libdpager_name_test
	$(O)/libdpager_kern_test
	$(O)/libdpager_name_test
	sh $(lib_tests)/headers_test.sh
	sh $(lib_tests)/exports_test.sh $(abspath $(O))
	sh $(lib_tests)/installed_test.sh
	DPAGER_LIBRARY=$(abspath $(O))/$(lib_soname) python3 $(lib_tests)/bindings_test.py

install-libdpager: libdpager
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(includedir)/linux \
		$(DESTDIR)$(includedir)/dpager/mach-include/mach \
		$(DESTDIR)$(includedir)/dpager/mach-include/hurd \
		$(DESTDIR)$(pythondir) $(DESTDIR)$(man3dir)
	install -m 644 $(O)/libdpager.a $(DESTDIR)$(LIBDIR)/
	install -m 755 $(lib_real) $(DESTDIR)$(LIBDIR)/
	ln -sf $(notdir $(lib_real)) $(DESTDIR)$(LIBDIR)/$(lib_soname)
	ln -sf $(lib_soname) $(DESTDIR)$(LIBDIR)/libdpager.so
	install -m 644 ../include/uapi/linux/dpager.h $(DESTDIR)$(includedir)/linux/
	install -m 644 libdpager/include/dpager/*.h $(DESTDIR)$(includedir)/dpager/
	install -m 644 libdpager/mach-include/mach/*.h \
		$(DESTDIR)$(includedir)/dpager/mach-include/mach/
	install -m 644 libdpager/mach-include/hurd/*.h \
		$(DESTDIR)$(includedir)/dpager/mach-include/hurd/
	install -m 644 libdpager/dpager.py $(DESTDIR)$(pythondir)/
	for name in dpager dpager-mach; do \
		sed 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|' \
			libdpager/$$name.pc.in >$(DESTDIR)$(LIBDIR)/pkgconfig/$$name.pc || exit; \
	done
	sh man/install3.sh $(DESTDIR)$(man3dir) man/*.3

clean-libdpager:
	$(RM) -r $(O)/libdpager.d $(O)/libdpager.a $(O)/libdpager.so* $(O)/libdpager_*_test

-include $(lib_objects:.o=.d)
