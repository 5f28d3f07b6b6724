# SPDX-License-Identifier: GPL-2.0
"""Judging what a test printed: TAP of guest tests, KTAP of KUnit."""

import re

LINE = re.compile(r"^(not ok|ok)\b[ \t]*(\d+)?[ \t]*(?:- )?(.*?)(?:\s*#\s*(SKIP|TODO)\b[:\s]*(.*))?$",
                  re.I)
PLAN = re.compile(r"^1\.\.(\d+)(?:\s*#\s*SKIP\b[:\s]*(.*))?")


class Verdict:
    """How many checks there were and what was wrong (an empty list: passed)."""

    def __init__(self):
        self.checks = 0
        self.skips = []
        self.wrong = []


def judge(lines, status):
    """The verdict on one program's TAP and exit status."""
    verdict, plan, bailed = Verdict(), None, False
    for line in lines:
        bailed |= line.startswith("Bail out!")
        match = PLAN.match(line)
        if match:
            if plan is not None:
                verdict.wrong.append("more than one plan")
            plan = int(match[1])
            if plan == 0:
                skip(verdict, "everything", match[2])
            continue
        match = LINE.match(line)
        if match:
            check(verdict, match, line)
    if bailed:
        verdict.wrong.append("bailed out")
    if plan is None:
        verdict.wrong.append("no plan")
    elif plan != verdict.checks:
        verdict.wrong.append(f"planned {plan} checks, made {verdict.checks}")
    if status:
        verdict.wrong.append(f"exit status {status}")
    return verdict


def check(verdict, match, line):
    """Count one ok or not ok line."""
    verdict.checks += 1
    number = int(match[2]) if match[2] else verdict.checks
    if number != verdict.checks:
        verdict.wrong.append(f"check {verdict.checks} calls itself {number}")
    if (match[4] or "").upper() == "SKIP":
        skip(verdict, match[3] or f"check {number}", match[5])
    elif match[1].lower() != "ok":
        verdict.wrong.append(line)


def skip(verdict, what, reason):
    """A skip needs a reason."""
    if reason and reason.strip():
        verdict.skips.append(f"{what}: {reason.strip()}")
    else:
        verdict.wrong.append(f"{what} skipped without a reason")


def kunit(lines):
    """[(suite.case, passed, reason)] of a log with KTAP in it."""
    cases, suite = [], ""
    for line in lines:
        text = re.sub(r"^\[[^]]*\]\s?", "", line)
        match = re.match(r"\s*# Subtest: (\S+)", text)
        if match and match[1] != suite:
            # A parameterised case announces itself the same way, one level deeper.
            suite = match[1] if re.match(r" {4}#", text) or not suite else suite
            continue
        match = re.match(r" {4}(not ok|ok) \d+ (\S+)(?:\s+#\s*(.*))?", text)
        if match and suite:
            passed = match[1] == "ok" and not (match[3] or "").startswith("SKIP")
            cases.append((f"{suite}.{match[2]}", passed, match[3] or match[1]))
    return cases
