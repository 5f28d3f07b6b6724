# SPDX-License-Identifier: GPL-2.0
"""Tables of results, for a terminal and as Markdown."""

import math

from report import measures

PEERS = ["dpager", "swap", "swap-0", "swap-5", "file", "zram", "uffd", "fio", "copy",
         "copy-busy", "swapoff", "swapoff-busy", "before"]
BINARY = ["B", "KiB", "MiB", "GiB", "TiB"]
SECONDS = [(1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]


def short(value):
    """Three digits, or all of those before the point."""
    if abs(value) >= 100 or math.isclose(value, round(value)):
        return f"{value:,.0f}"
    return f"{value:.{1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3}f}"


def seconds(value):
    scale, unit = next((s for s in SECONDS if value >= s[0]), SECONDS[-1])
    return f"{short(value / scale)} {unit}" if value else "0 s"


def size(value):
    power = 0
    while value >= 1024 and power < len(BINARY) - 1:
        value, power = value / 1024, power + 1
    return f"{short(value)} {BINARY[power]}"


def number(value, unit):
    """A value as people like it."""
    if unit == "s":
        return seconds(value)
    if unit in ("bytes", "bytes/s"):
        return size(value) + unit.removeprefix("bytes")
    return short(value) + {"times": " ×", "percent": " %"}.get(unit, "")


def ratio(value):
    return "-" if value is None else short(value)


def aligned(rows, left=2):
    """Rows of texts in columns; the first few, and the last, are aligned to the left."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(
        text.ljust(width) if i < left or i == len(row) - 1 else text.rjust(width)
        for i, (text, width) in enumerate(zip(row, widths))).rstrip() for row in rows)


def markdown(rows, left=2):
    """The same as a table of Markdown."""
    rule = ["---" if i < left or i == len(rows[0]) - 1 else "---:" for i in range(len(rows[0]))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], rule, *rows[1:]])


def aim(goal, unit):
    """What a goal asks for."""
    if goal.alone:
        return f"at most {number(goal.bound, unit)}" if goal.bound else "0"
    return f"{goal.bound:.3g} x {goal.peer}"


def outcome(verdict):
    """In words, with what the best page-cluster of swap would make of it."""
    if verdict.record is None:
        return "not measured"
    if not verdict.met:
        return "NOT MET"
    return "met" if verdict.met_best else "met, but not against swap at its best"


def goal_row(verdict):
    goal, one, best = verdict.goal, verdict.record, verdict.best
    if one is None:
        return (goal.workload, goal.measure, "", "", "", "", "", f"{goal.bound:.3g}",
                outcome(verdict))
    unit, alone = one["unit"], goal.alone
    return (goal.workload, goal.measure, number(one["dpager"], unit),
            "" if alone else f"{number(one['peer_value'], unit)} {goal.peer}",
            "" if alone else ratio(one["ratio"]), "" if best is None else ratio(best["ratio"]),
            "" if one["spread"] is None else f"{one['spread'] * 100:.0f} %", aim(goal, unit),
            outcome(verdict))


def goal_rows(verdicts):
    """Every goal and what became of it."""
    head = ("workload", "measure", "dpager", "peer", "ratio", "best swap", "spread", "goal",
            "outcome")
    return [head, *(goal_row(verdict) for verdict in verdicts)]


def peer_rows(steps):
    """What each step is about, for each peer."""
    shown = [peer for peer in PEERS if any(peer in peers for peers in steps.values())]
    rows = [("workload", "step", *shown, "")]
    for (workload, step), peers in steps.items():
        for measure in measures.of(workload):
            found = [measures.middle(measure, peers.get(peer, [])) for peer in shown]
            if measure not in measures.TRAFFIC and found[0] is not None:
                rows.append((workload, step, *("" if value is None else number(value, measure.unit)
                                               for value in found), measure.name))
    return rows


def traffic_rows(steps):
    """What went to and from the disk, dpager / swap."""
    rows = [("workload", "step", *(measure.name for measure in measures.TRAFFIC))]
    for (workload, step), peers in steps.items():
        if measures.TRAFFIC[0] not in measures.of(workload):
            continue
        pairs = [[measures.middle(measure, peers.get(peer, [])) for peer in ("dpager", "swap")]
                 for measure in measures.TRAFFIC]
        if any(None not in pair for pair in pairs):
            rows.append((workload, step, *(
                "" if None in pair else " / ".join(number(value, measure.unit) for value in pair)
                for pair, measure in zip(pairs, measures.TRAFFIC))))
    return rows


def tally(verdicts):
    """How many goals are met, in a few words."""
    judged = [verdict for verdict in verdicts if verdict.record]
    left = len(verdicts) - len(judged)
    return (f"{sum(verdict.met for verdict in judged)} of {len(judged)} goals met"
            + (f", {left} not measured" if left else ""))


TABLES = [("Goals", lambda steps, verdicts: goal_rows(verdicts)),
          ("All peers", lambda steps, verdicts: peer_rows(steps)),
          ("Traffic, dpager / swap", lambda steps, verdicts: traffic_rows(steps))]


def terminal(steps, verdicts, workloads):
    """All tables, of some workloads and of what was measured."""
    steps = {step: peers for step, peers in steps.items() if step[0] in workloads}
    verdicts = [one for one in verdicts if one.record and one.goal.workload in workloads]
    made = [rows(steps, verdicts) for _, rows in TABLES]
    return "\n\n".join(aligned(rows) for rows in made if len(rows) > 1)


def commit_rows(commits):
    """Which commit each workload was measured at."""
    return [("commit", "workloads"), *(
        (commit, ", ".join(name for name in commits if commits[name] == commit))
        for commit in dict.fromkeys(commits.values()))]


def page(steps, verdicts, heading, context):
    """All tables as a page of Markdown."""
    parts = [f"# {heading}", context.subtitle()]
    if len(set(context.commits.values())) > 1:
        parts.append(markdown(commit_rows(context.commits)))
    for name, rows in TABLES:
        parts += [f"## {name}", markdown(rows(steps, verdicts))]
    return "\n\n".join(parts) + "\n"
