"""Which columns of the queue fit a pane, how wide each is, and what sorts by it."""

from __future__ import annotations

from collections.abc import Sequence

from kfdesk.rules.language.fields import SORTS

#: What people see in a pane of at least that width, where nothing else is asked for.
_BY_WIDTH: tuple[tuple[int, tuple[str, ...]], ...] = (
    (104, ("status", "priority", "number", "subject", "customer", "team", "assignee", "updated")),
    (72, ("status", "priority", "number", "subject", "customer", "assignee", "updated")),
    (0, ("status", "priority", "number", "subject", "customer", "updated")),
)
GAP = 1
#: The cells of a subject below which other columns give way.
_SUBJECT = 16
_ROOMY = 84  # enough for the deadline beside the last change
RIGHT = ("number", "updated", "created", "due", "messages")
#: What is looked at from the newest, the most urgent, the longest.
_FALLS = ("updated", "created", "priority", "idle", "age", "waiting", "spent", "csat")


def fitting(
    width: int, chosen: Sequence[str] = (), *, due: bool = False
) -> tuple[tuple[str, int], ...]:
    """The columns for a pane of that width with their widths; the subject takes what is left.

    `due`: the desk has deadlines to show. Of chosen ones that do not fit the last are left out.
    """
    names = tuple(dict.fromkeys(chosen)) or next(n for least, n in _BY_WIDTH if width >= least)
    if due and not chosen:
        *others, last, updated = names
        roomy = (last, "due", updated) if width >= _ROOMY else ("due", last)
        names = (*others, *roomy)
    if chosen and "subject" not in names:
        names = (*names, "subject")
    fixed = {name: _width(name, width) for name in names if name != "subject"}
    rest = width - 3 - sum(fixed.values()) - GAP * (len(names) - 1)
    while rest < _SUBJECT and len(fixed) > 3:
        rest += fixed.popitem()[1] + GAP
    return tuple(
        (name, fixed.get(name, max(rest, 4))) for name in names if name in {*fixed, "subject"}
    )


def sort_of(column: str) -> str | None:
    """The order that a column stands for; None for one that nothing is sorted by."""
    return column if column in SORTS or column.startswith("field.") else None


def falls(order: str) -> bool:
    """Whether people want the highest of it first."""
    return order in _FALLS


def _width(name: str, pane: int) -> int:
    roomy = pane >= 72
    return {
        "status": 10 if pane >= 104 else 4,
        "priority": 2,
        "number": 7 if roomy else 6,
        "customer": 18 if pane >= 104 else 14 if roomy else 9,
        "organisation": 16 if roomy else 10,
        "team": 12,
        "assignee": 10,
        "updated": 6,
        "created": 8,
        "due": 7,
        "channel": 8,
        "category": 16,
        "tags": 14,
        "type": 8,
        "task_due": 11,
        "attachments": 2,
        "messages": 4,
    }.get(name, 10)  # fmt: skip
