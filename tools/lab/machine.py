# SPDX-License-Identifier: GPL-2.0
"""One boot of a guest under QEMU.

Three channels leave the guest: the kernel's console on the first serial port
(to the log file), what the command prints on a virtio port (or, with a
terminal, on the second serial port), and its status on another virtio port.
"""

import contextlib
import fcntl
import os
import platform
import re
import secrets
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time

import cache
import complaints
import initramfs
import progress
from cache import LabError

GRACE = 60          # seconds that a guest may take to boot and to report beyond its command's time
KVM_PROBE = 25
# maxcpus=1: late in its boot the kernel rewrites hot code, and TCG may run the int3 it
# puts there on another CPU after it is gone, an Oops in one of some hundred boots. init
# brings the other CPUs up.
CMDLINE = ("console=ttyS0 ignore_loglevel printk.devkmsg=on panic=-1 oops=panic "
           "unknown_nmi_panic=1 rdinit=/init tsc=reliable random.trust_cpu=on mitigations=off "
           "log_buf_len=4M cgroup_no_v1=all transparent_hugepage=madvise "
           "maxcpus=1 noreplace-smp")
# Checkers make ACPI's byte code so slow that each interrupt route runs into a limit of
# 30 s; the devices use MSI and need none.
CMDLINE_DEBUG = "acpi=noirq"
# Exit statuses besides the command's own.
COMPLAINED, TIMEOUT, DIED = 123, 124, 125


class Guest:
    """What to boot: set the fields, then run(). Afterwards log, status and output tell."""

    def __init__(self, kernel, command):
        self.kernel = kernel
        self.command = command
        self.memory = 512
        self.cpus = 2
        self.disks = ["2G", "2G"]   # SIZE, or SIZE:BYTES-A-SECOND
        self.images = []            # files that are read-only disks after these
        self.append = ""
        self.timeout = 0
        self.watchdog = True        # the guest ends itself when the time is over
        self.files = []
        self.module = None
        self.param = ""
        self.load = True            # init loads the module
        self.icount = False
        self.plugin = None          # of TCG: its file and arguments
        self.terminal = False
        self.leaks = False
        self.log = None
        self.extra = {}             # more settings for scripts in the guest
        self.output = None          # called with each piece of the command's output
        self.nonce = secrets.token_hex(8)
        self.status = None
        self.accel = None

    def settings(self):
        size = shutil.get_terminal_size((80, 24))
        return {"nonce": self.nonce, "timeout": self.timeout,
                "watchdog": "yes" if self.watchdog and self.timeout else "", "param": self.param,
                "load": "yes" if self.module and self.load else "",
                "terminal": os.environ.get("TERM", "vt100") if self.terminal else "",
                "rows": size.lines, "columns": size.columns,
                "hung_seconds": 120 if self.kernel.name == "debug" else 30,
                "leaks": "yes" if self.leaks else "", **self.extra}

    def argv(self, scratch, output, control):
        """The QEMU command line; output and control are file descriptors."""
        accel = self.accel or best_accel(self.kernel)
        debug = CMDLINE_DEBUG if self.kernel.name == "debug" else ""
        if self.icount:
            accel = "tcg,thread=single"
        # erms=off: TCG runs "rep stosb" byte by byte, so that clearing a page would be
        # a third of all work. cx16=off: QEMU 7.2 has been seen to leave wrong flags
        # after cmpxchg16b, on which SLUB's fast path then double-faulted. la57=off:
        # shorter page walks.
        argv = ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none",
                "-no-reboot", "-machine", "pc,usb=off,smbus=off", "-accel", accel,
                "-cpu", "host" if accel == "kvm" else "max,la57=off,cx16=off,erms=off",
                "-m", str(self.memory), "-smp", "1" if self.icount else str(self.cpus),
                "-kernel", self.kernel.image, "-initrd", os.path.join(scratch, "initrd"),
                "-append", " ".join([CMDLINE, debug, self.append]),
                "-chardev", f"file,id=log,path={self.log}", "-serial", "chardev:log"]
        if self.terminal:
            argv += ["-chardev", "stdio,id=terminal,mux=on,signal=off",
                     "-serial", "chardev:terminal"]
        argv += ["-device", "virtio-serial-pci"]
        for name, fd in (("output", output), ("control", control)):
            argv += ["-chardev", f"file,id={name},path=/dev/fd/{fd}",
                     "-device", f"virtserialport,chardev={name},name=dpager.{name}"]
        if self.icount:
            argv += ["-icount", "shift=0,sleep=off"]
        for index, text in enumerate(self.disks):
            argv += self.disk(scratch, index, text)
        for index, path in enumerate(self.images):
            argv += drive(f"i{index}", path, os.path.basename(path)[:20], ",readonly=on")
        if self.plugin:
            argv += ["-plugin", self.plugin]
        argv += ["-qmp", f"unix:{scratch}/qmp,server=on,wait=off"]
        return argv

    @staticmethod
    def disk(scratch, index, text):
        size, _, rate = text.partition(":")
        path = os.path.join(scratch, f"disk{index}")
        with open(path, "wb") as handle:
            handle.truncate(size_bytes(size))
        throttle = f",throttling.bps-total={size_bytes(rate)}" if rate else ""
        return drive(f"d{index}", path, f"lab{index}", ",discard=unmap" + throttle)

    def run(self):
        """Boot, run the command, return its status or one of the lab's own."""
        with tempfile.TemporaryDirectory(prefix="dpager-guest-") as scratch:
            if not self.log:
                self.log = os.path.join(scratch, "log")
            os.makedirs(os.path.dirname(os.path.abspath(self.log)), exist_ok=True)
            initramfs.compose(os.path.join(scratch, "initrd"), self.kernel, self.command,
                              self.settings(), self.module, self.files)
            with slot(self.terminal or self.accel):
                self.boot(scratch)
                if self.stillborn():
                    progress.say(f"{self.kernel.name}: died before anything of ours ran "
                                 f"({self.complaints()[0]}); booting once more")
                    self.boot(scratch)
        return self.status

    def stillborn(self):
        """Did Debian's kernel die on its own? Once in hundreds of boots TCG runs an
        instruction that the kernel is about to patch (int3) on another CPU."""
        return (self.status == DIED and self.complaints() and
                not any(f"dpager-lab {self.nonce}" in line for line in self.lines))

    def boot(self, scratch):
        out_read, out_write = os.pipe()
        ctl_read, ctl_write = os.pipe()
        started = time.monotonic()
        mode = termios.tcgetattr(0) if self.terminal else None
        options = {} if self.terminal else {"stdin": subprocess.DEVNULL}
        with subprocess.Popen(self.argv(scratch, out_write, ctl_write),
                              pass_fds=(out_write, ctl_write), stderr=subprocess.PIPE,
                              process_group=None if self.terminal else 0,
                              **options) as qemu:
            os.close(out_write)
            os.close(ctl_write)
            try:
                grace = 0 if self.accel else GRACE
                deadline = started + self.timeout + grace if self.timeout else None
                hung = self.follow(out_read, ctl_read, deadline, scratch)
            finally:
                if qemu.poll() is None:
                    qemu.send_signal(signal.SIGKILL)
                errors = qemu.stderr.read().decode(errors="replace").strip()
                qemu.wait()
                if mode:
                    termios.tcsetattr(0, termios.TCSADRAIN, mode)
                os.close(out_read)
                os.close(ctl_read)
        if hung:
            self.status = TIMEOUT
        elif self.status is None:
            self.status = DIED
        if errors and self.status == DIED:
            raise LabError(f"qemu: {errors}")
        self.lines = complaints.read(self.log)

    def follow(self, output, control, deadline, scratch):
        """Pass the output on until QEMU ends; True when the time ran out."""
        pending, report, nmi = {output, control}, b"", False
        with selectors.DefaultSelector() as selector:
            for fd in pending:
                selector.register(fd, selectors.EVENT_READ)
            while pending:
                left = None if deadline is None else max(0, deadline - time.monotonic())
                events = selector.select(left)
                if not events and nmi:
                    return True
                if not events:
                    inject_nmi(os.path.join(scratch, "qmp"))
                    nmi, deadline = True, time.monotonic() + 15
                for key, _ in events:
                    data = os.read(key.fd, 65536)
                    if not data:
                        selector.unregister(key.fd)
                        pending.discard(key.fd)
                    elif key.fd == control:
                        report += data
                    elif self.output:
                        self.output(data)
        match = re.search(rb"^exit (\d+)$", report, flags=re.M)
        self.status = int(match[1]) if match else None
        return nmi and self.status is None

    def complaints(self, allow=None):
        """The kernel's complaints during the whole boot."""
        return complaints.harmful(self.lines, allow)


@contextlib.contextmanager
def slot(free):
    """One of the machine's places for guests and kernel builds: more of them than CPUs
    would only make each other run into their time limits. DPAGER_GUESTS= sets another
    number."""
    if free:
        yield
        return
    count = int(os.environ.get("DPAGER_GUESTS") or len(os.sched_getaffinity(0)))
    handles = [open(cache.folder("guests", str(index)), "w", encoding="ascii")
               for index in range(count)]
    try:
        while not any(taken(handle) for handle in handles):
            progress.step("waiting for another guest of this machine to end")
            time.sleep(0.5)
        yield
    finally:
        for handle in handles:
            handle.close()


def taken(handle):
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def inject_nmi(path):
    """Make a hung guest panic with a trace of what it was doing."""
    import socket  # pylint: disable=import-outside-toplevel
    try:
        with socket.socket(socket.AF_UNIX) as qmp:
            qmp.settimeout(5)
            qmp.connect(path)
            qmp.sendall(b'{"execute":"qmp_capabilities"}{"execute":"inject-nmi"}')
            time.sleep(0.5)
            qmp.recv(65536)
    except OSError:
        pass


def drive(name, path, serial, options):
    """QEMU's arguments for one disk."""
    return ["-drive", f"if=none,id={name},file={path},format=raw,cache=unsafe,aio=threads{options}",
            "-device", f"virtio-blk-pci,drive={name},serial={serial}"]


def size_bytes(text):
    """2G, 512M, 64K or bytes."""
    match = re.fullmatch(r"(\d+)([KMGT]?)", text)
    if not match:
        raise LabError(f"not a size: {text!r} (like 2G or 512M)")
    return int(match[1]) << 10 * " KMGT".index(match[2] or " ")


def best_accel(kernel):
    """KVM where a probe boot has worked, else TCG. The verdict is kept."""
    tcg = "tcg,thread=multi"
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return tcg
    verdict = cache.folder("kvm", platform.release())
    with cache.lock(verdict):
        if not os.path.exists(verdict):
            progress.say(f"probe: does KVM boot {kernel.name} here (at most {KVM_PROBE} s)")
            probe = Guest(kernel, "exit 0")
            probe.accel, probe.disks, probe.timeout = "kvm", [], KVM_PROBE
            try:
                works = probe.run() == 0
            except LabError:
                works = False
            progress.say(f"probe: KVM {'works' if works else 'does not work, using TCG'}")
            cache.write(verdict, "kvm" if works else tcg)
    with open(verdict, encoding="ascii") as handle:
        return handle.read()


def explain(guest, allow=None):
    """Why a boot failed, in lines; none when it did not fail."""
    found = guest.complaints(allow)
    lines = [f"kernel complaint: {line}" for line in found[:20]]
    if guest.status == TIMEOUT:
        lines.append(f"the guest did not end within {guest.timeout} s (it hung or was too slow)")
    elif guest.status == DIED:
        lines.append("the guest died without reporting a status")
    if not lines and not any(f"dpager-lab {guest.nonce} finish" in line for line in guest.lines):
        lines.append("the kernel log is not complete")
    return lines


def write_stdout(data):
    """Pass output on as it comes."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
