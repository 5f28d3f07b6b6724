# SPDX-License-Identifier: GPL-2.0
"""What the lab is doing, on stderr: one changing line on a terminal, else plain lines."""

import os
import shutil
import sys
import time

_tty = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
_start = time.monotonic()
_shown = False


def clear():
    """Take the changing line off the terminal."""
    global _shown
    if _shown:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
        _shown = False


def say(text):
    """A line that stays."""
    clear()
    print(f"lab: {text}", file=sys.stderr, flush=True)


def step(text):
    """A line that the next one replaces; nothing where there is no terminal."""
    global _shown
    if not _tty:
        return
    elapsed = int(time.monotonic() - _start)
    width = shutil.get_terminal_size().columns
    line = f"[{elapsed // 60}:{elapsed % 60:02}] {text}"[: width - 1]
    sys.stderr.write(f"\r\033[K{line}")
    sys.stderr.flush()
    _shown = True


def result(text):
    """A line of the run's outcome, on stdout."""
    clear()
    print(text, flush=True)
