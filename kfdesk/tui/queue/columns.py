"""Which columns of the queue fit a pane, how wide each is, and what sorts by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rich.cells import cell_len

from kfdesk import labels
from kfdesk.model import Status
from kfdesk.rules.language.fields import SORTS
from kfdesk.tui.lines import when

#: In a pane of that width a status is a word.
_WORDS = 104
#: What people see in a pane of at least that width, where nothing else is asked for.
_BY_WIDTH: tuple[tuple[int, tuple[str, ...]], ...] = (
    (
        _WORDS,
        ("status", "priority", "number", "subject", "customer", "team", "assignee", "updated"),
    ),
    (60, ("status", "priority", "number", "subject", "customer", "assignee", "updated")),
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
    width: int, chosen: Sequence[str] = (), *, due: bool = False, digits: int = 1
) -> tuple[tuple[str, int], ...]:
    """The columns for a pane of that width with their widths; the subject takes what is left.

    `due`: the desk has deadlines to show. Of chosen ones that do not fit the last are left out.
    `digits`: the longest number that is to be shown.
    """
    names = tuple(dict.fromkeys(chosen)) or next(n for least, n in _BY_WIDTH if width >= least)
    if due and not chosen:
        *others, last, updated = names
        roomy = (last, "due", updated) if width >= _ROOMY else ("due", last)
        names = (*others, *roomy)
    if chosen and "subject" not in names:
        names = (*names, "subject")
    fixed = {name: _width(name, width, digits) for name in names if name != "subject"}
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


def _width(name: str, pane: int, digits: int) -> int:
    """As wide as what stands in it, where that is known: the subject needs what it can get."""
    roomy = pane >= 72
    if name == "status" and pane < _WORDS:
        return 2 + max(cell_len(labels.initial(status)) for status in Status)
    if name == "number":
        return max(digits, cell_len(labels.field("number")) + 1)  # an arrow may stand there
    if name in ("updated", "due"):
        longest = when.span(timedelta(minutes=59))
        return max(5, cell_len(longest) + (name == "due"))
    return {
        "status": 10,
        "priority": 2,
        "customer": 18 if pane >= 104 else 14 if roomy else 9,
        "organisation": 16 if roomy else 10,
        "team": 12,
        "assignee": 10 if roomy else 8,
        "created": 8,
        "channel": 8,
        "category": 16,
        "tags": 14,
        "type": 8,
        "task_due": 11,
        "attachments": 2,
        "messages": 4,
    }.get(name, 10)
