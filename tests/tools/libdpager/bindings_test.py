# SPDX-License-Identifier: GPL-2.0
"""dpager.py against the C header: layouts, constants, calls; failures; every detail in words."""

import ctypes
import errno
import inspect
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..", "..")
UAPI = os.path.join(TOP, "include", "uapi", "linux", "dpager.h")
sys.path.insert(0, os.path.join(TOP, "tools", "libdpager"))
sys.dont_write_bytecode = True

import dpager  # pylint: disable=wrong-import-position,import-error

STRUCTS = {
    "dpager_info": dpager.Info, "dpager_check": dpager.Check,
    "dpager_store_create": dpager.StoreCreate, "dpager_store_entry": dpager.StoreEntry,
    "dpager_store_info": dpager.StoreInfo, "dpager_segment_entry": dpager.SegmentEntry,
    "dpager_evacuate": dpager.Evacuate, "dpager_quota": dpager.Quota,
    "dpager_object_create": dpager.ObjectCreate, "dpager_object_entry": dpager.ObjectEntry,
    "dpager_object_info": dpager.ObjectInfo, "dpager_page_range": dpager.PageRange,
    "dpager_event": dpager.Event, "dpager_uffd_create": dpager.UffdCreate,
}
HEADER = open(UAPI, encoding="utf-8").read()


def in_c(expressions):
    """The values of integer expressions of <linux/dpager.h>."""
    lines = [f'printf("%lld\\n", (long long)({expression}));' for expression in expressions]
    unit = ("#include <linux/dpager.h>\n#include <stddef.h>\n#include <stdio.h>\n"
            "int main(void)\n{\n" + "\n".join(lines) + "\nreturn 0;\n}\n")
    with tempfile.TemporaryDirectory() as scratch:
        source, program = os.path.join(scratch, "unit.c"), os.path.join(scratch, "unit")
        with open(source, "w", encoding="utf-8") as handle:
            handle.write(unit)
        subprocess.run(["gcc", "-I", os.path.join(TOP, "include", "uapi"), "-o", program, source],
                       check=True)
        text = subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [int(line) for line in text.split()]


class Layout(unittest.TestCase):
    """The same bytes as in C."""

    def test_sizes(self):
        sizes = in_c([f"sizeof(struct {name})" for name in STRUCTS])
        self.assertEqual(sizes, [ctypes.sizeof(kind) for kind in STRUCTS.values()])

    def test_fields(self):
        fields = [(name, field) for name, kind in STRUCTS.items() for field, *_ in kind._fields_]
        offsets = in_c([f"offsetof(struct {name}, {field})" for name, field in fields])
        for (name, field), offset in zip(fields, offsets):
            self.assertEqual(getattr(STRUCTS[name], field).offset, offset, f"{name}.{field}")

    def test_constants(self):
        names = [name for name in dir(dpager)
                 if re.match("(STORE|ADD|SEGMENT|EVACUATE|OBJECT|CONTROL|TRIGGER|EVENT|UFFD)_",
                             name)]
        values = in_c([f"DPAGER_{name}" for name in names])
        self.assertEqual(values, [getattr(dpager, name) for name in names])
        self.assertEqual(in_c(["DPAGER_NAME_SIZE"]), [dpager.NAME_SIZE])


    def test_names(self):
        entry = dpager.StoreEntry(id=3, name=b"fast")
        self.assertEqual(entry.name, "fast")
        self.assertIn("id=3", repr(entry))


class Details(unittest.TestCase):
    """explain() has words for each."""

    def test_every_detail(self):
        details = {name: int(number) for name, number in
                   re.findall(r"^\t(DPAGER_DETAIL_\w+)\s*= (\d+),", HEADER, flags=re.M)}
        self.assertGreater(len(details), 40)
        unknown = dpager.explain(max(details.values()) + 1)
        texts = {name: dpager.explain(number) for name, number in details.items()}
        for name, text in texts.items():
            self.assertNotEqual(text, unknown, name)
            self.assertFalse(text.endswith("."), text)
        self.assertEqual(len(set(texts.values())), len(texts), "two alike")

    def test_unknown(self):
        self.assertEqual(dpager.explain(2 ** 32 - 1), dpager.explain(2 ** 31))


class Failures(unittest.TestCase):
    """Without the module every call fails, each as it must."""

    def setUp(self):
        self.null = os.open("/dev/null", os.O_RDWR)

    def test_no_call_of_dpager(self):
        pager = dpager.Pager.__new__(dpager.Pager)
        store, memory = dpager.Store(self.null), dpager.Object(os.dup(self.null), 1)
        dpager.Descriptor.__init__(pager, os.dup(self.null))
        calls = [
            pager.info, pager.check, pager.stores, pager.objects, pager.create_store,
            lambda: pager.open_store("a"), lambda: pager.open_object(1),
            lambda: pager.create_object(1), lambda: pager.create_object_on(1, [1, 2]),
            lambda: pager.trigger(1), pager.userfaultfd, lambda: pager.attach_userfaultfd(1),
            store.info, store.segments, lambda: store.add_segment(self.null, 0, 1),
            lambda: store.add_file(self.null), lambda: store.set_segment(1),
            lambda: store.resize_segment(1), lambda: store.remove_segment(1), store.delete,
            lambda: store.quota(0), store.quotas,
            memory.info, memory.pages, memory.page_out, memory.page_in, memory.drop,
            lambda: memory.confine([1]), memory.confined, memory.map,
        ]
        for number, one in enumerate(calls):
            with self.assertRaises(dpager.Error) as caught:
                one()
            self.assertEqual((caught.exception.errno, caught.exception.detail),
                             (errno.ENOTTY, 0), f"call {number}")

    def test_no_event(self):
        with self.assertRaises(dpager.Error) as caught:
            dpager.Store(self.null).event()
        self.assertEqual(caught.exception.errno, errno.EPROTO)

    def test_details_of_the_library(self):
        store = dpager.Pager.__new__(dpager.Pager)
        dpager.Descriptor.__init__(store, self.null)
        with self.assertRaises(dpager.Error) as caught:
            store.open_store("")
        self.assertEqual(caught.exception.errno, errno.EINVAL)
        self.assertIn("a store's name", str(caught.exception))

    def test_closed(self):
        store = dpager.Store(self.null)
        store.close()
        store.close()
        self.assertRaises(ValueError, store.info)

    def test_with(self):
        with dpager.Store(self.null) as store:
            self.assertEqual(store.fileno(), self.null)
        self.assertRaises(OSError, os.fstat, self.null)


class Documentation(unittest.TestCase):
    """A docstring each, and a method for each call."""

    def test_docstrings(self):
        for name, thing in inspect.getmembers(dpager):
            if getattr(thing, "__module__", "") != "dpager":
                continue
            self.assertTrue(thing.__doc__, name)
            for method, function in inspect.getmembers(thing, inspect.isfunction):
                if not method.startswith("__"):
                    self.assertTrue(function.__doc__, f"{name}.{method}")

    def test_every_call_is_used(self):
        source = inspect.getsource(dpager)
        with open(os.path.join(TOP, "tools", "libdpager", "include", "dpager", "dpager.h"),
                  encoding="utf-8") as handle:
            calls = re.findall(r"^(?:int |uint32_t |const char \*)dpager_(\w+)\(", handle.read(),
                               flags=re.M)
        self.assertGreater(len(calls), 25)
        for name in set(calls) - {"call", "store_open_id"}:
            self.assertRegex(source, rf'"{name}"|dpager_{name}\b', name)


if __name__ == "__main__":
    unittest.main()
