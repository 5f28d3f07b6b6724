# SPDX-License-Identifier: GPL-2.0
"""What a kernel log must not say, and cutting a log into the parts of its tests."""

import re

PATTERNS = [
    r"WARNING:", r"BUG:", r"kernel BUG at", r"Oops", r"KASAN", r"KFENCE", r"KCSAN", r"UBSAN",
    r"possible (?:circular|recursive|irq|deadlock|unsafe)", r"possible \w+ lock",
    r"inconsistent lock", r"suspicious RCU usage", r"held lock freed", r"lock held when",
    r"blocked for more than", r"INFO: task", r"rcu.*(?:stall|starved)", r"soft lockup",
    r"hard LOCKUP", r"Watchdog detected", r"workqueue lockup", r"kmemleak: \d+ new",
    r"unreferenced object", r"Call Trace:", r"general protection", r"Kernel panic",
    r"[Bb]ad page", r"Bad rss-counter", r"Slab corruption", r"Poison overwritten",
    r"Redzone overwritten", r"Object already free", r"ODEBUG:", r"list_(?:add|del) corruption",
    r"page allocation failure", r"unable to handle", r"refcount_t:", r"Out of memory:",
    r"Memory cgroup out of memory", r"I/O error, dev", r"double free", r"scheduling while atomic",
    r"sleeping function called", r"stack-protector", r"VFS: Busy inodes", r"Busy inodes after",
    r"Buffer I/O error", r"detected stalls",
]
COMPLAINT = re.compile("|".join(PATTERNS))
# Lines of a healthy boot under TCG.
HARMLESS = re.compile(
    r"Spectre|spectre|MDS CPU bug|ACPI BIOS Error|tsc: Marking TSC unstable|"
    r"clocksource: |ITS: |Speculative|SRSO|retbleed|x86/cpu|\[Firmware Bug\]|"
    r"Fast TSC calibration|debugging options|will not be able to|lockdep: fixing up|"
    r"out-of-tree module|module verification failed|Lock dependency validator|"
    r"UBSAN: loaded|UBSAN: enabled|KASAN: running|kasan: KernelAddressSanitizer|"
    r"kmemleak: (?:Kernel memory leak detector|Automatic memory)")


def harmful(lines, allow=None):
    """The lines that complain, without those that a test declared."""
    allowed = re.compile(allow) if allow else None
    found = []
    for line in lines:
        if not COMPLAINT.search(line) or HARMLESS.search(line):
            continue
        if allowed and allowed.search(line):
            continue
        found.append(line)
    return found


def read(path):
    """A kernel log's lines."""
    with open(path, encoding="utf-8", errors="replace") as handle:
        return [line.rstrip("\r\n") for line in handle]


def sections(lines, nonce):
    """{test or '': its lines}, by the markers that the guest's runner wrote."""
    parts, name = {"": []}, ""
    marker = re.compile(rf"dpager-lab {nonce} (begin|end) (\S+)")
    for line in lines:
        match = marker.search(line)
        if match:
            name = match[2] if match[1] == "begin" else ""
            parts.setdefault(name, [])
        else:
            parts[name].append(line)
    return parts
