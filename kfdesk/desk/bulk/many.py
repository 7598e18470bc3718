"""One deed to many tickets: shown first, then done as one operation, which one undo takes back.

What was shown is what is changed: tickets are taken by number and version, and one that changed
meanwhile, or to which it cannot be done, is left and named. All is one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kfdesk.desk import Desk
from kfdesk.desk.bulk.deed import Deed
from kfdesk.desk.bulk.doing import do
from kfdesk.desk.bulk.preview import Foreseen, differences, foresee, refusals
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.teamwork import telling
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor
from kfdesk.rules.language.query import parse
from kfdesk.store import queue, tickets
from kfdesk.store.history import operations
from kfdesk.store.tx import Tx

#: So many tickets are written at a time, and looked at by the rules together.
WAVE = 500
#: So many are one transaction at most: others wait for it, and give up after two minutes.
MOST = 200_000

#: Told how many of how many are done.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Plan:
    """What a deed would make of tickets, each as it was looked at, in their order."""

    deed: Deed
    found: tuple[Foreseen, ...]

    @cached_property
    def acting(self) -> tuple[Foreseen, ...]:
        """Those to which it does something."""
        return tuple(one for one in self.found if one.acts)

    @cached_property
    def refused(self) -> tuple[Foreseen, ...]:
        """Those to which it cannot be done."""
        return tuple(one for one in self.found if one.refused)

    @property
    def same(self) -> int:
        """How many are as wanted already."""
        return len(self.found) - len(self.acting) - len(self.refused)

    @cached_property
    def summary(self) -> Mapping[tuple[str, object, object], int]:
        """How many tickets each difference is of: {(field, old, new): tickets}; tags one by one,
        and what is said under the name of its action."""
        return Counter(each for one in self.acting for each in _differences(one))


def _differences(one: Foreseen) -> Iterator[tuple[str, object, object]]:
    for name, (old, new) in one.diff.items():
        if isinstance(old, list) and isinstance(new, list):
            yield from ((name, None, tag) for tag in new if tag not in old)
            yield from ((name, tag, None) for tag in old if tag not in new)
        else:
            yield name, old, new
    yield from ((told.kind, None, told.to if told.kind == "webhook" else None) for told in one.told)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: which tickets were changed, which were left and why, and the operation."""

    changed: tuple[int, ...]
    left: Mapping[int, str] = field(default_factory=dict)
    operation: int | None = None


def select(desk: Desk, query: str, me: str, limit: int | None = None) -> list[int]:
    """Return the numbers of a query's tickets. QueryError where it is wrong."""
    parsed = parse(query, desk.known)
    with desk.store.read() as tx:
        return list(queue.ids(tx, parsed, desk.scope(me), limit))


def plan(desk: Desk, deed: Deed, numbers: Sequence[int], actor: Actor) -> Plan:
    """Look what a deed would make of tickets; nothing is written."""
    wanted = list(dict.fromkeys(numbers))
    if len(wanted) > MOST:
        text = _("{n} tickets are too many for one transaction: take {most} at a time (--limit)")
        raise UserError(text.format(n=len(wanted), most=MOST))
    now = desk.clock()
    found: list[Foreseen] = []
    with desk.store.read() as tx:
        for some in _waves(wanted):
            found += foresee(desk, tx, deed, some, actor, now).values()
    return Plan(deed, tuple(found))


def run(desk: Desk, shown: Plan, actor: Actor, progress: Progress | None = None) -> Done:
    """Do what was shown, to the tickets that are still as they were shown."""
    deed, now = shown.deed, desk.clock()
    versions = {one.number: one.version for one in shown.acting}
    left = {one.number: one.refused for one in shown.refused}
    happened: list[Root] = []
    # What is done to tickets whole is taken apart as it is anywhere else.
    whole = deed.kind in ("merge", "delete")
    with operation(desk, actor, deed.kind if whole else "bulk", _detail(deed)) as tx:
        id = operations.current(tx)
        moved = _moved(tx, versions)
        left |= moved
        numbers = [number for number in versions if number not in moved]
        for some in [numbers] if whole and numbers else _waves(numbers):
            states = tickets.states(tx, some)
            diffs = differences(desk, deed, states, now)
            refused = refusals(desk, tx, deed, states, diffs, actor, now)
            left |= refused
            able = {n: state for n, state in states.items() if n not in refused}
            happened += do(desk, tx, deed, able, diffs, actor, now, tell=False)
            if progress is not None:
                progress(len(happened) + len(left), len(shown.acting) + len(shown.refused))
        telling.together(desk, tx, happened, now)
        changed = tuple(root.ticket_id for root in happened)
        if not whole:
            operations.put_detail(tx, {**_detail(deed), "tickets": len(changed)})
    return Done(changed, left, id if changed else None)


def _detail(deed: Deed) -> dict[str, str]:
    return {"what": deed.kind, **({"macro": deed.name} if deed.name else {})}


def _moved(tx: Tx, versions: Mapping[int, int]) -> dict[int, str]:
    """Return {ticket: what happened to it} of those that are no more as they were looked at."""
    now = tickets.versions(tx, versions)
    return {
        number: _("it was changed meanwhile") if number in now else _("it is gone")
        for number, version in versions.items()
        if now.get(number) != version
    }


def _waves(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), WAVE):
        yield numbers[start : start + WAVE]
