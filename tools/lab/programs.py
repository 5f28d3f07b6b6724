# SPDX-License-Identifier: GPL-2.0
"""Programs for guests, built static on the host with make (guest.mk)."""

import os

import shell
from cache import BUILD, TOP, LabError

OUT = os.path.join(BUILD, "guest")


def tools():
    """dpagerctl, as (host path, guest path) pairs; none while there is no tools/Makefile."""
    if not os.path.exists(os.path.join(TOP, "tools", "Makefile")):
        return []
    out = os.path.join(OUT, "tools")
    os.makedirs(out, exist_ok=True)
    shell.make(["-C", os.path.join(TOP, "tools"), "STATIC=1", f"O={out}"])
    binary = os.path.join(out, "dpagerctl")
    if not os.path.exists(binary):
        raise LabError(f"make -C tools STATIC=1 made no {binary}")
    return [(binary, "bin/dpagerctl")]
