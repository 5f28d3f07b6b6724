# SPDX-License-Identifier: LGPL-2.1-or-later
"""dpager: private swap after Mach's default pager.

    import dpager, mmap, os

    with dpager.Pager() as pager:
        store = pager.create_store("fast", priority=10)
        disk = os.open("/dev/nvme0n1p4", os.O_RDWR)
        store.add_segment(disk)
        os.close(disk)

        with pager.create_object(8 << 30) as memory:
            area = memory.map()
            area[5 << 30] = 42
            print(memory.info().resident, memory.pages())

A Pager, a Store, an Object and a Userfaultfd are descriptors: they have fileno() and close(),
are closed at the end of a with statement, and can be passed to os and select.
Calls that fail raise Error, an OSError whose detail says which rule it was.
Sizes and offsets are bytes. <dpager/dpager.h> describes each call, its errors
and the privilege it needs; the fields of what is returned are those of
<linux/dpager.h>.

It uses libdpager.so.0, or the file that the environment's DPAGER_LIBRARY names.
"""

import ctypes
import fcntl
import mmap
import os
import struct
from ctypes import POINTER, byref, c_char, c_char_p, c_int, c_int32, c_size_t, c_uint32, c_uint64

PRIORITY_DEFAULT = -1
UNLIMITED = 2 ** 64 - 1

STORE_CHECKSUM, STORE_PRIVATE = 1, 2
STORE_INFO_BASIC, STORE_INFO_DETAIL = 1, 2
ADD_RESERVE, ADD_DISCARD_ONCE, ADD_DISCARD = 1, 2, 4
SEGMENT_DRAINING, SEGMENT_EVACUATING, SEGMENT_FAILING = 1, 2, 4
SEGMENT_RESERVE, SEGMENT_DISCARD, SEGMENT_FILE = 8, 16, 32
EVACUATE_DRY_RUN, EVACUATE_MEMORY, EVACUATE_LOSE, EVACUATE_NOTHING = 1, 2, 4, 8
OBJECT_RDONLY, OBJECT_RESERVE = 1, 2
CONTROL_PAGE_OUT, CONTROL_PAGE_IN, CONTROL_DROP = 1, 2, 3
UFFD_NATIVE, UFFD_SIGBUS, UFFD_ZERO, UFFD_HOLD = 0, 1, 2, 3
UFFD_NONBLOCK, UFFD_USER_MODE_ONLY = 1, 2
TRIGGER_ONCE = 1
EVENT_LOW, EVENT_ROOM = 1, 2

NAME_SIZE = 64
BLKSSZGET = 0x1268
BLKGETSIZE64 = 0x80081272


class Error(OSError):
    """A call that failed: errno, and in detail the number of the rule (enum dpager_detail)."""

    def __init__(self, number, detail):
        text = os.strerror(number)
        if detail:
            text += f": {explain(detail)}"
        super().__init__(number, text)
        self.detail = detail


class Record(ctypes.Structure):
    """A struct of <linux/dpager.h>; its repr shows every field. Names are str."""

    def __getattribute__(self, name):
        value = super().__getattribute__(name)
        return value.decode() if isinstance(value, bytes) else value

    def __repr__(self):
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name, *_ in self._fields_
                           if name not in ("size", "reserved", "detail"))
        return f"{type(self).__name__}({fields})"


def record(name, text, /, **fields):
    """A Record of these fields, in their order."""
    return type(name, (Record,), {"_fields_": list(fields.items()), "__doc__": text})


def counts(names, kind=c_uint64):
    """Fields of one type."""
    return dict.fromkeys(names.split(), kind)


HEAD = counts("size flags detail", c_uint32)

Info = record(
    "Info", "Figures of the whole pager: struct dpager_info.", **HEAD, page_size=c_uint32,
    **counts("total free stores segments objects resident dirty writeback faults major_faults "
             "pages_in pages_out reads writes pages_in_failed pages_out_failed full sequence"))
Check = record(
    "Check", "What a check of the books counted: struct dpager_check.", **HEAD, wrong=c_uint32,
    **counts("slots_used slots_set slots_mapped objects"))
StoreCreate = record(
    "StoreCreate", "Argument: struct dpager_store_create.", **HEAD, fd=c_int32, priority=c_int32,
    cluster=c_uint32, id=c_uint64, name=c_char * NAME_SIZE)
StoreEntry = record(
    "StoreEntry", "A store in a list: struct dpager_store_entry.", **counts("id total free"),
    segments=c_uint32, priority=c_int32, cluster=c_uint32, flags=c_uint32,
    name=c_char * NAME_SIZE)
StoreInfo = record(
    "StoreInfo", "Figures of a store: struct dpager_store_info.", **HEAD, flavor=c_uint32,
    **counts("id pages_total pages_free pages_bad pages_in pages_in_failed pages_out "
             "pages_out_failed reads writes"),
    segments=c_uint32, priority=c_int32, cluster=c_uint32, attributes=c_uint32,
    name=c_char * NAME_SIZE,
    **counts("pagein_calls pageout_calls pages_unavailable pages_initial initial_writes "
             "pages_used_peak pages_reserved pages_lost checksum_errors full pages_discarded "
             "all_pages_in all_pages_out"))
SegmentEntry = record(
    "SegmentEntry", "A segment in a list: struct dpager_segment_entry.",
    **counts("id offset pages pages_free pages_bad pages_in pages_in_failed pages_out "
             "pages_out_failed reads writes"),
    major=c_uint32, minor=c_uint32, pages_planned=c_uint64, flags=c_uint32, reserved=c_uint32,
    **counts("pages_left inode"))
Evacuate = record(
    "Evacuate", "How to evacuate, and what came of it: struct dpager_evacuate.",
    **counts("pages moved lost rate"), deadline_ms=c_uint32, reserved=c_uint32)
Quota = record(
    "Quota", "A user's quota on a store: struct dpager_quota.", **HEAD, uid=c_uint32,
    **counts("bytes used"))
ObjectCreate = record(
    "ObjectCreate", "Argument: struct dpager_object_create.", **HEAD, fd=c_int32,
    **counts("bytes id sequence stores"), nr_stores=c_uint32, reserved=c_uint32)
ObjectEntry = record(
    "ObjectEntry", "An object in a list: struct dpager_object_entry.",
    **counts("id bytes resident paged_out store"), uid=c_uint32, reserved=c_uint32)
ObjectInfo = record(
    "ObjectInfo", "Figures of an object: struct dpager_object_info.", **HEAD, uid=c_uint32,
    **counts("id bytes resident dirty paged_out store faults major_faults pages_in pages_out"))
MapBucket = record(
    "MapBucket", "A part of a segment: struct dpager_map_bucket.", **counts("used bad", c_uint32))
UffdCreate = record(
    "UffdCreate", "Argument: struct dpager_uffd_create.", **HEAD, fd=c_int32,
    **counts("on_death on_timeout timeout reserved", c_uint32), id=c_uint64)
PageRange = record(
    "PageRange", "Pages in a row on backing store: struct dpager_page_range.",
    **counts("first count"))
Event = record(
    "Event", "Space became low, or enough: struct dpager_event.",
    **counts("size kind", c_uint32), **counts("sequence free total"))


def load():
    """libdpager with the types of those calls whose result is no int."""
    library = ctypes.CDLL(os.environ.get("DPAGER_LIBRARY", "libdpager.so.0"), use_errno=True)
    library.dpager_detail.restype = c_uint32
    library.dpager_explain.restype = c_char_p
    library.dpager_explain.argtypes = [c_uint32]
    return library


LIBRARY = load()
FREE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(("free", ctypes.CDLL(None)))


def explain(detail):
    """A detail (enum dpager_detail) in words."""
    return LIBRARY.dpager_explain(detail).decode()


def call(name, *arguments):
    """The library's function dpager_<name>; raises Error where it answers -1."""
    result = getattr(LIBRARY, "dpager_" + name)(*arguments)
    if result == -1:
        raise Error(ctypes.get_errno(), LIBRARY.dpager_detail())
    return result


def listed(name, descriptor, kind):
    """A whole list as Records."""
    array, count = POINTER(kind)(), c_size_t()
    call(name, descriptor.fileno(), byref(array), byref(count))
    entries = [kind.from_buffer_copy(array[i]) for i in range(count.value)]
    FREE(array)
    return entries


class Descriptor:
    """An open descriptor, which is closed with close() or by a with statement."""

    # What it is while it is not open.
    number = -1

    def __init__(self, number):
        self.number = number

    def fileno(self):
        """The descriptor's number."""
        if self.number < 0:
            raise ValueError("closed")
        return self.number

    def close(self):
        """Close it; nothing where it is closed."""
        number, self.number = self.number, -1
        if number >= 0:
            os.close(number)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        self.close()


class Watched(Descriptor):
    """A pager or a store: makes objects, and tells of its free space."""

    def create_object(self, size, flags=0):
        """Make an Object of so many bytes, on all stores, or on this store only."""
        number = c_uint64()
        descriptor = call("object_create", self.fileno(), c_uint64(size), c_uint32(flags),
                          byref(number))
        return Object(descriptor, number.value)

    def trigger(self, low, high=0, eventfd=-1, flags=0):
        """Be told when less than low bytes are free, and when high are; low 0: no more.

        Wait for events with select or poll, and read them with event().
        """
        call("triggers", self.fileno(), c_uint64(low), c_uint64(high), c_int(eventfd),
             c_uint32(flags))

    def event(self):
        """The latest Event of the trigger; waits for one."""
        event = Event()
        call("event", self.fileno(), byref(event))
        return event


class Pager(Watched):
    """The pager, /dev/dpager."""

    def __init__(self, flags=os.O_RDWR):
        """Open it: os.O_RDONLY for information, os.O_RDWR for all else."""
        super().__init__(call("open", c_int(flags)))

    def info(self):
        """Figures: Info."""
        info = Info()
        call("info", self.fileno(), byref(info))
        return info

    def check(self):
        """Do the books balance? Check, or Error with EUCLEAN; EAGAIN: ask again."""
        check = Check()
        call("check", self.fileno(), byref(check))
        return check

    def stores(self):
        """All stores: a list of StoreEntry."""
        return listed("stores", self, StoreEntry)

    def objects(self):
        """All objects of the caller, or of everyone with privilege: a list of ObjectEntry."""
        return listed("objects", self, ObjectEntry)

    def create_store(self, name="", priority=PRIORITY_DEFAULT, cluster=0, flags=0):
        """Make a Store, without space at first."""
        create = StoreCreate(priority=priority, cluster=cluster, flags=flags, name=name.encode())
        return Store(call("store_create", self.fileno(), byref(create)))

    def open_store(self, name):
        """The Store of a name."""
        return Store(call("store_open", self.fileno(), c_char_p(name.encode()), None))

    def open_object(self, number, flags=0):
        """The Object of an id."""
        return Object(call("object_open", self.fileno(), c_uint64(number), c_uint32(flags), None),
                      number)

    def create_object_on(self, size, stores, flags=0):
        """Make an Object that is confined to stores, by their ids."""
        array = (c_uint64 * len(stores))(*stores)
        create = ObjectCreate(bytes=size, flags=flags, nr_stores=len(stores),
                              stores=ctypes.addressof(array))
        return Object(call("object_create_with", self.fileno(), byref(create)), create.id)

    def userfaultfd(self, flags=0, on_death=UFFD_NATIVE, on_timeout=UFFD_NATIVE, timeout=0):
        """A Userfaultfd of this process: what becomes of faults when its last descriptor is
        closed, and of one that has waited for timeout milliseconds (0: no limit)."""
        create = UffdCreate(flags=flags, on_death=on_death, on_timeout=on_timeout, timeout=timeout)
        return Userfaultfd(call("userfaultfd", self.fileno(), byref(create)), create.id)

    def attach_userfaultfd(self, number, flags=0):
        """The Userfaultfd of an id, whose handler has died and which UFFD_HOLD keeps."""
        return Userfaultfd(call("userfaultfd_attach", self.fileno(), c_uint64(number),
                                c_uint32(flags)), number)


class Store(Watched):
    """A backing store. Closing it leaves it as it is; delete() ends it."""

    def info(self, flavor=STORE_INFO_DETAIL):
        """Figures: StoreInfo."""
        info = StoreInfo()
        call("store_info", self.fileno(), c_uint32(flavor), byref(info))
        return info

    def add_segment(self, device, offset=0, count=None, record=None, flags=0):
        """Give records of a block device to the store: (the segment's id, its pages).

        device: an open descriptor, or its number; offset and count: in records, count None:
        to the device's end; record: bytes of one, None: the device's logical block.
        """
        device = device if isinstance(device, int) else device.fileno()
        record = record or logical_block(device)
        if count is None:
            count = device_bytes(device) // record - offset
        number, pages = c_uint64(), c_uint64()
        call("add_segment", self.fileno(), c_int(device), c_uint64(offset), c_uint64(count),
             c_uint32(record), c_uint32(flags), byref(number), byref(pages))
        return number.value, pages.value

    def add_file(self, file, size=0, flags=0):
        """Give a regular file to the store, all of it or so much: (the segment's id, its pages)."""
        file = file if isinstance(file, int) else file.fileno()
        number, pages = c_uint64(), c_uint64()
        call("add_file", self.fileno(), c_int(file), c_uint64(size), c_uint32(flags),
             byref(number), byref(pages))
        return number.value, pages.value

    def segments(self):
        """Its segments: a list of SegmentEntry."""
        return listed("segments", self, SegmentEntry)

    def set_segment(self, number, set_=0, clear=0):
        """Change a segment's state: SEGMENT_DRAINING, SEGMENT_RESERVE."""
        call("set_segment", self.fileno(), c_uint64(number), c_uint32(set_), c_uint32(clear))

    def resize_segment(self, number, size=0, flags=0, rate=0, deadline_ms=0):
        """Move a segment's end, 0: to the device's: (its pages, Evacuate)."""
        evacuate, pages = Evacuate(rate=rate, deadline_ms=deadline_ms), c_uint64()
        call("resize_segment", self.fileno(), c_uint64(number), c_uint64(size), c_uint32(flags),
             byref(pages), byref(evacuate))
        return pages.value, evacuate

    def remove_segment(self, number, flags=0, rate=0, deadline_ms=0):
        """Move its pages elsewhere and release its device: Evacuate."""
        evacuate = Evacuate(rate=rate, deadline_ms=deadline_ms)
        call("remove_segment", self.fileno(), c_uint64(number), c_uint32(flags), byref(evacuate))
        return evacuate

    def delete(self, flags=0, rate=0, deadline_ms=0):
        """Move all pages elsewhere, release all devices, end the store: Evacuate."""
        evacuate = Evacuate(rate=rate, deadline_ms=deadline_ms)
        call("store_delete", self.fileno(), c_uint32(flags), byref(evacuate))
        return evacuate

    def segment_map(self, number, parts=1024):
        """What is where on a segment: slots of a part, and of each part (in use, bad)."""
        buckets, count, slots = (MapBucket * parts)(), c_uint32(parts), c_uint64()
        call("segment_map", self.fileno(), c_uint64(number), buckets, byref(count), byref(slots))
        return slots.value, [(part.used, part.bad) for part in buckets[:count.value]]

    def quota(self, uid, size=UNLIMITED):
        """Limit what a user's objects take: the bytes they take now."""
        used = c_uint64()
        call("quota", self.fileno(), c_uint32(uid), c_uint64(size), byref(used))
        return used.value

    def quotas(self):
        """Users with a limit or pages here: a list of Quota."""
        return listed("quotas", self, Quota)


class Object(Descriptor):
    """A memory object; its id is in the attribute id."""

    def __init__(self, number, identity):
        super().__init__(number)
        self.id = identity

    def map(self, size=0, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ | mmap.PROT_WRITE, offset=0):
        """Map it, all of it or so many bytes: an mmap.mmap."""
        return mmap.mmap(self.fileno(), size or self.info().bytes - offset, flags, prot,
                         offset=offset)

    def info(self):
        """Figures: ObjectInfo."""
        info = ObjectInfo()
        call("object_info", self.fileno(), byref(info))
        return info

    def pages(self):
        """What is on backing store: a list of PageRange."""
        return listed("object_pages", self, PageRange)

    def control(self, operation, offset=0, length=0):
        """Page a range out (CONTROL_PAGE_OUT) or in, or drop it: the pages concerned."""
        pages = c_uint64()
        call("object_control", self.fileno(), c_uint32(operation), c_uint64(offset),
             c_uint64(length), byref(pages))
        return pages.value

    def page_out(self, offset=0, length=0):
        """Write a range out of memory: the pages written."""
        return self.control(CONTROL_PAGE_OUT, offset, length)

    def page_in(self, offset=0, length=0):
        """Read a range into memory: the pages read."""
        return self.control(CONTROL_PAGE_IN, offset, length)

    def drop(self, offset=0, length=0):
        """Forget a range, which is zeros then: the places freed."""
        return self.control(CONTROL_DROP, offset, length)

    def confine(self, stores):
        """Let its pages go to these stores only, by their ids; none: to all."""
        call("object_stores", self.fileno(), (c_uint64 * len(stores))(*stores),
             c_uint32(len(stores)))

    def confined(self):
        """The stores that its pages go to, a list of StoreEntry; none: to all."""
        return listed("object_confined", self, StoreEntry)

    def link(self, directory, mode=0o600):
        """Make it a file of a dpagerfs, of whose directory this is a descriptor: a descriptor
        of the file, which has no name yet; os.link("/proc/self/fd/N", path) gives it one."""
        return call("object_link", self.fileno(), c_int(directory), c_uint32(mode))


class Userfaultfd(Descriptor):
    """Speaks <linux/userfaultfd.h> for mappings of objects: fcntl.ioctl, select and os.read;
    its id is in the attribute id."""

    def __init__(self, number, identity):
        super().__init__(number)
        self.id = identity


def logical_block(device):
    """Bytes of a block device's logical block; 512 for what is none, which add_segment refuses."""
    try:
        return struct.unpack("i", fcntl.ioctl(device, BLKSSZGET, bytes(4)))[0]
    except OSError:
        return 512


def device_bytes(device):
    """Bytes of a block device."""
    return struct.unpack("Q", fcntl.ioctl(device, BLKGETSIZE64, bytes(8)))[0]
