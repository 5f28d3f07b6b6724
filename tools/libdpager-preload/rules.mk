# SPDX-License-Identifier: GPL-2.0
# libdpager-preload.so, for tools/Makefile. It needs libc only.

preload := $(O)/libdpager-preload.so
preload_sources := $(wildcard libdpager-preload/*.c)
preload_objects := $(preload_sources:libdpager-preload/%.c=$(O)/preload.d/%.o)
preload_cppflags := -D_GNU_SOURCE -fPIC -I../include/uapi

libdpager-preload: $(preload)

$(O)/preload.d/%.o: libdpager-preload/%.c $(O)/preload.d/flags
	@mkdir -p $(@D)
	$(call quiet,CC  ,$<)$(CC) $(CFLAGS) $(warnings) $(preload_cppflags) -MMD -MP -c -o $@ $<

$(O)/preload.d/flags: FORCE
	$(call flags_file,$(preload_cppflags))

# The map hides all but the names of libc that it has instead.
$(preload): $(preload_objects) libdpager-preload/preload.map
	$(call quiet,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(@F) \
		-Wl,--version-script,libdpager-preload/preload.map -Wl,-z,defs \
		-o $@ $(preload_objects)

check-libdpager-preload: $(preload)
	sh ../tests/tools/preload_test.sh $(abspath $(preload))

install-libdpager-preload: $(preload)
	install -D -m 755 $(preload) $(DESTDIR)$(LIBDIR)/libdpager-preload.so
	install -D -m 644 man/libdpager-preload.7 $(DESTDIR)$(mandir)/man7/libdpager-preload.7

clean-libdpager-preload:
	$(RM) -r $(O)/preload.d $(preload)

-include $(preload_objects:.o=.d)
