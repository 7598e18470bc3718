"""Taking back what was done, and taking that back.

Rules do not act on it: what they made of the change goes with it, and what they would make of its
inverse would be new. Clocks and epochs follow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from sqlite3 import IntegrityError
from typing import Any

from kfdesk import labels
from kfdesk.desk import Desk
from kfdesk.desk.history.obstacles import Way, in_the_way
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Diff, then
from kfdesk.desk.sending.outbox import count_answers
from kfdesk.desk.timing import epochs, striking
from kfdesk.errors import KfdeskError, UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, OutboxRow
from kfdesk.store import drafts, journal, messages, outbox, tickets
from kfdesk.store.history import merges, operations, planning, reversal
from kfdesk.store.history.images import Rows
from kfdesk.store.history.operations import Operation
from kfdesk.store.history.reversal import Obstacle, Reversal
from kfdesk.store.journal import NewEvent
from kfdesk.store.tx import Tx

#: What making a ticket changed of it.
_NOTHING: Mapping[str, tuple[Any, Any]] = {}


class InTheWay(KfdeskError):
    """Something later depends on what is to be taken back; `ways` says what."""

    def __init__(self, message: str, ways: Sequence[Way]) -> None:
        self.ways = tuple(ways)
        super().__init__("\n".join((message, *(f"  {way}" for way in ways))))


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo, or a redo, put back; or would, where it was only tried.

    `changes` is {ticket: {field: (as it stood, as it stands again)}}. `left` is what had left the
    desk by the operation, and stays; `kept` are tickets that were left alone because something
    stood in the way; `draft` is the ticket on which a reply is a draft again.
    """

    operation: Operation
    changes: Mapping[int, Diff]
    left: tuple[OutboxRow, ...] = ()
    kept: tuple[Way, ...] = ()
    draft: int | None = None


def undo(
    desk: Desk,
    actor: Actor,
    number: int | None = None,
    *,
    id: int | None = None,
    rest: bool = False,
    dry_run: bool = False,
) -> Undone:
    """Take back an operation: that of this id, else the last one on a ticket, else one's own last.

    NotFound for a ticket that never was, InTheWay where something later depends on it; with
    `rest`, everything but the tickets that this is true of is taken back. `dry_run` only tells
    what it would put back.
    """
    with desk.store.read() as tx:
        found = _chosen(tx, actor, number, id)
        if dry_run:
            return _Turn(desk, tx, found, actor, rest).tried()
    with operation(desk, actor, "undo") as tx:
        return _Turn(desk, tx, operations.get(tx, found.id), actor, rest).done()


def redo(desk: Desk, actor: Actor, number: int | None = None, *, dry_run: bool = False) -> Undone:
    """Do again what was taken back last, on a ticket or by oneself; it is told as that operation.

    UserError where nothing was, InTheWay where something happened since that it would undo.
    """
    with desk.store.read() as tx:
        _there(tx, number)
        who = None if number is not None else actor.name
        found = operations.last_undo(tx, number=number, actor=who)
        if found is None:
            raise UserError(
                _("nothing was undone on ticket {number} that could be redone").format(
                    number=number
                )
                if number is not None
                else _("you have undone nothing that could be redone")
            )
        first = found if found.undoes is None else operations.get(tx, found.undoes)
        if dry_run:
            return replace(_Turn(desk, tx, found, actor, rest=False).tried(), operation=first)
    with operation(desk, actor, "redo") as tx:
        done = _Turn(desk, tx, operations.get(tx, found.id), actor, rest=False).done()
        return replace(done, operation=first)


def history(
    desk: Desk, number: int | None = None, *, actor: str | None = None, limit: int | None = None
) -> list[Operation]:
    """Return what was done, the newest first: on a ticket, by an agent. NotFound: no ticket."""
    with desk.store.read() as tx:
        _there(tx, number)
        return operations.listed(tx, number=number, actor=actor, limit=limit)


def _there(tx: Tx, number: int | None) -> None:
    """NotFound where a ticket never was; one that was deleted, or merged, has a history too."""
    if number is not None and number not in tickets.states(tx, [number]):
        raise tickets.missing(number)


def _chosen(tx: Tx, actor: Actor, number: int | None, id: int | None) -> Operation:
    if id is not None:
        return operations.get(tx, id)
    _there(tx, number)
    who = None if number is not None else actor.name
    found = operations.last(tx, number=number, actor=who)
    if found is None:
        raise UserError(
            _("nothing was done on ticket {number} that could be undone").format(number=number)
            if number is not None
            else _("you have done nothing that could be undone")
        )
    return found


@dataclass(slots=True)
class _Turn:
    """One operation being taken back; it may be an undo itself."""

    desk: Desk
    tx: Tx
    operation: Operation
    actor: Actor
    rest: bool

    def tried(self) -> Undone:
        """Tell what it would put back."""
        found, kept, leave = self._plan(operations.images_of(self.tx, self.operation.id))
        left = tuple(outbox.rows(self.tx, ids=found.left))
        return Undone(self.operation, self._back(leave), left, kept)

    def done(self) -> Undone:
        """Take it back, in an operation of its own."""
        tx, now = self.tx, self.desk.clock()
        images = operations.images_of(tx, self.operation.id)
        found, kept, leave = self._plan(images)
        changes = self._back(leave)
        draft = self._draft(found)
        try:
            reversal.apply(tx, found, now)
        except IntegrityError as error:
            raise InTheWay(
                _("operation {id} cannot be undone: something else has taken its place").format(
                    id=self.operation.id
                ),
                (),
            ) from error
        if draft is not None and not drafts.get(tx, *draft[:3]):
            drafts.put(tx, *draft, now, self.operation.detail.get("head"))
        self._follow(images, found)
        later = journal.touched_after(tx, self.operation.id, changes)
        words = self._words()
        kind = "redone" if self.operation.kind == "undo" else "undone"
        journal.record(
            tx,
            [
                NewEvent(number, self.actor, kind, diff, text=words)
                for number, diff in changes.items()
            ],
            now,
        )
        journal.reverse_of_customers(tx, self.operation.id, self.actor, kind, now)
        epochs.leave(self.desk, tx, list(changes), now)
        striking.follow(self.desk, tx, sorted(found.loose | found.made | later), now)
        current = operations.current(tx)
        assert current is not None
        operations.turned(tx, current, self.operation.id)
        left = tuple(outbox.rows(tx, ids=found.left)) if found.left else ()
        return Undone(self.operation, changes, left, kept, draft[0] if draft else None)

    def _plan(self, images: Sequence[Rows]) -> tuple[Reversal, tuple[Way, ...], set[int]]:
        """What it comes to; what stood in the way where the rest is asked for, and the tickets
        that are left alone therefore."""
        self._may()
        merged = merges.merged_since(self.tx, self.operation.id, images)
        elsewhere = [
            Obstacle("ticket", (number,), "merged_into", number)
            for number, concerned in merged.items()
            if concerned
        ]
        leave, kept = set(merged), tuple[Way, ...]()
        found = planning.plan(self.tx, images, leave)
        while obstacles := [*elsewhere, *found.obstacles]:
            ways = in_the_way(self.tx, self.operation, obstacles)
            alone = {way.ticket for way in ways}
            if not self.rest or None in alone or (not elsewhere and alone <= leave):
                raise InTheWay(
                    _("operation {id} cannot be undone: later changes depend on it").format(
                        id=self.operation.id
                    ),
                    ways,
                )
            kept, elsewhere = (*kept, *ways), []
            leave |= merges.together(images, (n for n in alone if n is not None))
            found = planning.plan(self.tx, images, leave)
        if found.empty:
            raise UserError(
                _("nothing of operation {id} can be undone: it has left the desk").format(
                    id=self.operation.id
                )
                if found.left
                else _("nothing of operation {id} is left to be undone").format(
                    id=self.operation.id
                )
            )
        return found, kept, leave

    def _may(self) -> None:
        """UserError where it was taken back already, or can never be."""
        one = self.operation
        if one.undone_by is not None:
            raise UserError(
                _("operation {id} was undone already, by operation {by}").format(
                    id=one.id, by=one.undone_by
                )
            )
        if one.lasting:
            raise UserError(
                _("operation {id} ({kind}) cannot be undone").format(
                    id=one.id, kind=labels.operation(one.kind)
                )
            )

    def _back(self, leave: Collection[int]) -> dict[int, Diff]:
        """What is written of each ticket: the reverse of what the operation changed of it."""
        told: dict[int, list[Mapping[str, tuple[Any, Any]]]] = defaultdict(list)
        for number, kind, diff in journal.changes_of(self.tx, self.operation.id):
            if number not in leave:
                told[number].append(_NOTHING if kind == "created" else diff)
        alike: dict[tuple[int, ...], Diff] = {}  # tickets of which the same was told share one
        changes: dict[int, Diff] = {}
        for number, diffs in told.items():
            key = tuple([id(diff) for diff in diffs])
            if key not in alike:
                alike[key] = _reverse(diffs)
            changes[number] = alike[key]
        return changes

    def _draft(self, found: Reversal) -> tuple[int, str, str, str] | None:
        """The draft that what a person sent becomes again: (ticket, agent, kind, text)."""
        kind = self.operation.kind
        if kind not in ("reply", "forward"):
            return None
        ids = [key[0] for key in found.removals.get("message", ())]
        for number, text in messages.written_among(self.tx, ids, aside=kind == "forward"):
            return (number, self.operation.actor.name, kind, text)
        return None

    def _follow(self, images: Sequence[Rows], found: Reversal) -> None:
        """Count again what is counted, and since when customers wait where that changed since."""
        tx = self.tx
        if any(rows.table == "message" for rows in images):
            tickets.count_messages(tx, found.made.union(self._back(())))
        for number, state in tickets.states(tx, sorted(found.loose)).items():
            if not state.deleted and state.merged_into is None:
                count_answers(tx, number)

    def _words(self) -> str:
        one = self.operation
        return _("operation {id}: {kind} by {who}").format(
            id=one.id, kind=labels.operation(one.kind), who=one.actor
        )


def _reverse(diffs: Sequence[Mapping[str, tuple[Any, Any]]]) -> Diff:
    """What takes back changes that followed one another."""
    whole: Diff = {}
    for diff in diffs:
        whole = then(whole, diff)
    return {name: (new, old) for name, (old, new) in whole.items()}
