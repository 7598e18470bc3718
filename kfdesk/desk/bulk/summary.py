"""A plan, told: what becomes of each ticket, and how many tickets each difference is of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from kfdesk import labels
from kfdesk.desk.bulk.many import Plan
from kfdesk.desk.bulk.preview import Foreseen, Told
from kfdesk.i18n import _, ngettext
from kfdesk.text import clean_line, shorten

#: Of a text in a line, so much.
_SAID = 60


def told(one: Foreseen) -> str:
    """What becomes of a ticket, in a line."""
    if one.refused:
        return _("stays: {why}").format(why=clean_line(one.refused))
    if not one.acts:
        return _("is unchanged")
    return " · ".join([*differences(one), *map(_said, one.told)])


def differences(one: Foreseen) -> Iterator[str]:
    """Each field that changes, in words."""
    for name, (old, new) in one.diff.items():
        if isinstance(old or new, list | tuple):
            yield f"{labels.field(name)} {' '.join(labels.difference(old, new))}"
        else:
            yield became(name, old, new)


def became(name: str, old: Any, new: Any) -> str:
    """A field, and its old and new value."""
    before, after = (clean_line(labels.value(name, value)) for value in (old, new))
    return f"{labels.field(name)} {f'{before} ' if before else ''}→ {after or '—'}"


def _said(one: Told) -> str:
    text = shorten(clean_line(one.text), _SAID)
    return " ".join(filter(None, (labels.deed(one.kind), one.to and f"→ {one.to}", text)))


def told_whole(one: Foreseen) -> Iterator[str]:
    """What becomes of a ticket, line by line: each difference, and the texts whole."""
    if one.refused or not one.acts:
        yield told(one)
        return
    yield from differences(one)
    for each in one.told:
        head = " ".join(filter(None, (labels.deed(each.kind), each.to and f"→ {each.to}")))
        yield ""
        yield _("{name}: ").format(name=head) + each.subject
        yield from each.text.splitlines()


def summary(plan: Plan) -> Iterator[str]:
    """How many tickets, and how many of them each difference is of."""
    n = len(plan.acting)
    yield ngettext("{n} ticket is changed", "{n} tickets are changed", n).format(n=n)
    fields: dict[str, list[str]] = defaultdict(list)
    for (name, old, new), count in plan.summary.items():
        fields[name].append(f"{_difference(name, old, new)} × {count}")
    for each in fields.values():
        yield "  " + _(", ").join(each)
    if plan.same:
        text = ngettext("{n} needs no change", "{n} need no change", plan.same)
        yield text.format(n=plan.same)
    if plan.refused:
        text = ngettext("{n} cannot be changed", "{n} cannot be changed", len(plan.refused))
        yield text.format(n=len(plan.refused))
        yield from reasons({one.number: one.refused for one in plan.refused})


def _difference(name: str, old: Any, new: Any) -> str:
    if name in ("tags", "collaborators", "links") and (old is None) != (new is None):
        return f"+{new}" if old is None else f"-{old}"
    if old is None and (new is None or name == "webhook"):
        return " ".join(filter(None, (labels.deed(name), new)))
    return became(name, old, new)


def reasons(left: Mapping[int, str]) -> Iterator[str]:
    """Why tickets are left, each reason once with the tickets that it is of."""
    why: dict[str, list[int]] = defaultdict(list)
    for number, reason in left.items():
        why[reason].append(number)
    for reason, numbers in why.items():
        listed = _(", ").join(f"#{number}" for number in numbers)
        yield "  " + _("{name}: ").format(name=listed) + clean_line(reason)
