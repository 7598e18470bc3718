"""The console's source of a real desk: reads through `store`, changes through `desk`.

The desk is opened, and the store imported, in a thread, when the first picture stands.
"""

from __future__ import annotations

import secrets
import threading
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from kfdesk.desk import Clock, Desk
from kfdesk.desk.assigning import presence
from kfdesk.desk.assigning.passing import assign
from kfdesk.desk.conversation import stretches
from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.knowledge.shelf import refresh
from kfdesk.desk.sending import notices
from kfdesk.desk.sending.accounts import able_channel
from kfdesk.desk.sending.head import Head
from kfdesk.desk.sending.notices import Notice
from kfdesk.desk.sending.window import Window, window
from kfdesk.desk.teamwork import alerts, lease
from kfdesk.desk.teamwork.alerts import Heard, News
from kfdesk.desk.tickets.change import change, opened
from kfdesk.desk.tickets.typed import snoozed
from kfdesk.desk.timing import counted
from kfdesk.desk.why import why
from kfdesk.desk.why.facts import Why
from kfdesk.errors import QueryError
from kfdesk.model import Actor, Change, OutboxRow, OutboxState, Present, TicketRow
from kfdesk.rules.language.complete import complete
from kfdesk.rules.language.query import parse
from kfdesk.rules.language.tree import Query
from kfdesk.settings import Settings
from kfdesk.store import counting, drafts, grouping, outbox, queue, tickets, whole_tickets
from kfdesk.store.assigning import absences
from kfdesk.store.engine import Store
from kfdesk.store.people import console, others
from kfdesk.store.teamwork import sides
from kfdesk.store.tx import Tx, interrupt
from kfdesk.tui.source.source import Interrupted, Reading

T = TypeVar("T")


class DeskSource:
    """A desk, for one agent."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor
        self._session = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._asking: Tx | None = None
        self._interrupted = False

    @classmethod
    def open(cls, settings: Settings, actor: Actor, clock: Clock) -> DeskSource:
        """Open the desk of a configuration."""
        desk = Desk.open(settings, clock, Store.open(settings.database, small=True))
        if settings.kb.path is not None:
            refresh(desk)
        return cls(desk, actor)

    @contextmanager
    def _asked(self) -> Iterator[Tx]:
        """A transaction that `interrupt` ends."""
        with self._desk.store.read() as tx:
            with self._lock:
                self._asking, self._interrupted = tx, False
            try:
                yield tx
            except Exception as error:
                if self._interrupted:  # whatever the driver makes of it
                    raise Interrupted from error
                raise
            finally:
                with self._lock:
                    self._asking = None

    def ids(self, query: str, limit: int) -> array[int]:
        """The numbers of a query's tickets, in its order."""
        parsed = parse(query, self._desk.known)
        with self._asked() as tx:
            return queue.ids(tx, parsed, self._desk.scope(self._actor.name), limit)

    def grouped(self, numbers: array[int], by: str) -> tuple[array[int], array[int]]:
        """Tickets of one customer or category together, and where each group begins."""
        with self._asked() as tx:
            return grouping.grouped(tx, numbers, by)

    def counts(self, queries: Sequence[str]) -> list[int | None]:
        """How many tickets each query selects, where one pass over the open ones tells."""
        parsed = {place: one for place, q in enumerate(queries) if (one := self._parsed(q))}
        quick = {place: one for place, one in parsed.items() if counting.among_open(one)}
        with self._asked() as tx:
            scope = self._desk.scope(self._actor.name)
            found = counting.open_tickets(tx, [*quick.values()], scope)
        counted = dict(zip(quick, found, strict=True))
        return [counted.get(place) for place in range(len(queries))]

    def count(self, query: str, most: int) -> int:
        """How many tickets a query selects, up to `most`."""
        parsed = parse(query, self._desk.known)
        with self._asked() as tx:
            return counting.at_most(tx, parsed, self._desk.scope(self._actor.name), most)

    def words(self, query: str) -> tuple[str, ...]:
        """The words that a query looks for."""
        parsed = self._parsed(query)
        return parsed.words if parsed else ()

    def _parsed(self, query: str) -> Query | None:
        try:
            return parse(query, self._desk.known)
        except QueryError:  # whoever asks for its tickets is told
            return None

    def interrupt(self) -> None:
        """End what is asked in the thread of queries, if anything."""
        with self._lock:
            if self._asking is not None:
                self._interrupted = True
                interrupt(self._asking)

    def rows(self, numbers: Sequence[int]) -> list[TicketRow]:
        """The tickets with these numbers."""
        with self._desk.store.read() as tx:
            return queue.rows(tx, numbers)

    def reading(self, number: int) -> Reading:
        """A ticket with its conversation, all of one moment."""
        now = self._desk.clock()
        with self._desk.store.read() as tx:
            newest = stretches.newest(tx, number)
            ticket = whole_tickets.get(tx, number)
            return Reading(
                ticket,
                newest.messages,
                newest.events,
                tuple(outbox.of_ticket(tx, number, unsent=True)),
                counted.explain(self._desk, tx, number, now),
                tuple(lease.company(tx, self._actor, now, [number])),
                tuple(sides.of_ticket(tx, number)),
                newest.before,
                others=others.of_ticket(tx, ticket),
            )

    def why(self, number: int) -> Why:
        """Why a ticket is as it is."""
        return why(self._desk, number)

    def draft(self, number: int, kind: str) -> str:
        """What this agent was writing."""
        with self._desk.store.read() as tx:
            return drafts.get(tx, number, self._actor.name, kind)

    def drafted(self, numbers: Sequence[int]) -> set[int]:
        """Those of these tickets on which this agent has begun to write."""
        with self._desk.store.read() as tx:
            return drafts.begun(tx, self._actor.name, numbers)

    def remember(self, changed: Mapping[str, Any]) -> None:
        """Remember for this agent's next console, beside what is remembered under other keys."""
        now = self._desk.clock()
        with self._desk.store.write() as tx:
            console.remember(tx, self._actor.name, changed, now)

    def complete(self, text: str) -> list[str]:
        """The words that may stand where the query `text` ends."""
        return complete(text, len(text), self._desk.known)

    def counter(self) -> int:
        """A number that changes whenever anybody has committed."""
        return self._desk.store.counter()

    def head(self, number: int, kind: str) -> Head:
        """To whom, and with what, this agent was writing."""
        with self._desk.store.read() as tx:
            return Head.of_json(drafts.head(tx, number, self._actor.name, kind))

    def room(self, number: int, account: str) -> Window:
        """What the channel that answers a ticket, or another account, still takes."""
        with self._desk.store.read() as tx:
            state = tickets.state(tx, number)
            able = able_channel(self._desk.settings, account or state.account)
            return window(tx, able, state) if able is not None else Window("")

    def put_draft(self, number: int, kind: str, text: str, head: Head | None = None) -> None:
        """Keep what this agent is writing; whoever types an answer holds its lease."""
        now = self._desk.clock()
        with self._desk.store.write() as tx:
            kept = (head or Head()).as_json()
            drafts.put(tx, number, self._actor.name, kind, text, now, kept)
            if kind == "reply" and text:
                lease.renew(tx, number, self._actor, self._session, now)

    def drop_draft(self, number: int, kind: str, text: str) -> None:
        """What was said is no draft."""
        with self._desk.store.write() as tx:
            drafts.drop(tx, number, self._actor.name, kind, text)

    def opened(self, number: int) -> None:
        """This agent has seen the ticket."""
        opened(self._desk, number)

    def change(self, number: int, change_to: Change) -> None:
        """Change fields of a ticket."""
        change(self._desk, number, change_to, self._actor)

    def assign(self, number: int, who: str, note: str = "") -> None:
        """Pass on to an agent, a team, nobody, or back; with a note."""
        assign(self._desk, number, who, self._actor, note=note)

    def snooze(self, number: int, until: str) -> None:
        """Put aside, or bring back."""
        change_to = Change(snoozed_until=snoozed(self._desk, until))
        change(self._desk, number, change_to, self._actor)

    def away(self) -> bool:
        """Whether this agent said to be away."""
        with self._desk.store.read() as tx:
            return self._actor.name in absences.now(tx, self._desk.clock())

    def leave(self, until: str) -> None:
        """This agent is away."""
        presence.away(self._desk, self._actor, until=until)

    def return_(self) -> None:
        """This agent is back."""
        presence.back(self._desk, self._actor)

    def notices(self) -> list[Notice]:
        """What this agent was told and has not seen."""
        with self._desk.store.read() as tx:
            return notices.waiting(tx, self._actor.name)

    def news(self, heard: Heard | None) -> News:
        """What there is to call out since this console heard last."""
        return alerts.news(self._desk, self._actor, heard)

    def seen(self, ids: Sequence[int]) -> None:
        """This agent has seen these notices."""
        notices.seen(self._desk, ids)

    def reload(self, settings: Settings) -> None:
        """Go on under another configuration."""
        self._desk = self._desk.with_settings(settings)
        if settings.kb.path is not None:
            refresh(self._desk)

    def reply(
        self,
        number: int,
        text: str,
        seen: int | None,
        force: bool = False,
        head: Head | None = None,
        status: str | None = None,
    ) -> OutboxRow | None:
        """Answer the customer; what waits to leave, if it waits."""
        reply(
            self._desk, number, text, self._actor,
            seen=seen, force=force, head=head or Head(), status=status, drafted=True,
        )  # fmt: skip
        return self.waiting(number)

    def waiting(self, number: int) -> OutboxRow | None:
        """The newest answer of a ticket that has not left yet."""
        with self._desk.store.read() as tx:
            rows = outbox.of_ticket(tx, number)
        waiting = [r for r in rows if r.state is OutboxState.QUEUED and not r.automatic]
        return waiting[-1] if waiting else None

    def note(self, number: int, text: str) -> None:
        """Write an internal note."""
        note(self._desk, number, text, self._actor, drafted=True)

    def attend(self, number: int | None, writing: bool) -> None:
        """This console shows a ticket, or none."""
        lease.attend(self._desk, self._actor, self._session, number, writing=writing)

    def company(self) -> list[Present]:
        """The colleagues who have any ticket open."""
        with self._desk.store.read() as tx:
            return lease.company(tx, self._actor, self._desk.clock())

    def do(self, work: Callable[[Desk, Actor], T]) -> T:
        """Do anything else that the desk can do, as this agent."""
        return work(self._desk, self._actor)

    def ask(self, work: Callable[[Desk, Actor, Tx], T]) -> T:
        """Read what takes its time, as this agent; `interrupt` ends it."""
        desk = self._desk
        with self._asked() as tx:
            return work(desk, self._actor, tx)

    def close(self) -> None:
        """Let go of the database."""
        self._desk.close()
