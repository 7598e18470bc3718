"""What the console asks of the desk. Every call may wait on the disk: never on the event loop."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from kfdesk.model import (
    Actor,
    Change,
    Event,
    Message,
    OutboxRow,
    Present,
    Side,
    Stretch,
    Ticket,
    TicketRow,
)
from kfdesk.settings import Settings

if TYPE_CHECKING:
    from kfdesk.desk import Desk
    from kfdesk.desk.conversation.stretches import Passes
    from kfdesk.desk.sending.head import Head
    from kfdesk.desk.sending.notices import Notice
    from kfdesk.desk.sending.window import Window
    from kfdesk.desk.teamwork.alerts import Heard, News
    from kfdesk.desk.timing.counted import Counted
    from kfdesk.desk.why.facts import Why
    from kfdesk.store.people.others import Others
    from kfdesk.store.tx import Tx


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """A ticket with all that its panes show, read at one moment."""

    ticket: Ticket
    messages: tuple[Message, ...]
    events: tuple[Event, ...]
    outbox: tuple[OutboxRow, ...]
    clocks: tuple[Counted, ...] = ()
    company: tuple[Present, ...] = ()  # colleagues who have it open too
    sides: tuple[Side, ...] = ()  # conversations aside
    before: int = 0  # earlier messages than these, which are the newest
    shown: Stretch | None = None  # what is read, where that is not the newest
    decided: Mapping[int, Passes] = field(default_factory=dict)  # what rules made of events
    others: Others | None = None  # what else the customer has open

    @property
    def stretch(self) -> Stretch:
        """What is read of the conversation."""
        return self.shown or Stretch(self.messages, self.events, self.before)


class Source(Protocol):
    """The desk as the console sees it."""

    def ids(self, query: str, limit: int) -> array[int]:
        """The numbers of a query's tickets, in its order. QueryError for a wrong query."""
        ...

    def grouped(self, numbers: array[int], by: str) -> tuple[array[int], array[int]]:
        """Tickets of one customer or category together, and where each group begins.

        The groups, and the tickets within one, keep the order that they have in `numbers`.
        """
        ...

    def counts(self, queries: Sequence[str]) -> list[int | None]:
        """How many tickets each query selects; None for one that takes longer: `count` counts it.

        Also None for a wrong one.
        """
        ...

    def count(self, query: str, most: int) -> int:
        """How many tickets a query selects, up to `most`; QueryError for a wrong one."""
        ...

    def words(self, query: str) -> tuple[str, ...]:
        """The words that a query looks for, as `hits.pattern` takes them; none in a wrong one."""
        ...

    def interrupt(self) -> None:
        """End what is asked in the thread of queries, if anything: it raises Interrupted."""
        ...

    def rows(self, numbers: Sequence[int]) -> list[TicketRow]:
        """The tickets with these numbers; a vanished one is left out."""
        ...

    def reading(self, number: int) -> Reading:
        """A ticket with its conversation. NotFound where there is none."""
        ...

    def why(self, number: int) -> Why:
        """Why a ticket is as it is. NotFound where there is none."""
        ...

    def draft(self, number: int, kind: str) -> str:
        """What this agent was writing; empty if nothing."""
        ...

    def drafted(self, numbers: Sequence[int]) -> set[int]:
        """Those of these tickets on which this agent has begun to write."""
        ...

    def remember(self, changed: Mapping[str, Any]) -> None:
        """Remember for this agent's next console, beside what is remembered under other keys."""
        ...

    def complete(self, text: str) -> list[str]:
        """The words that may stand where the query `text` ends."""
        ...

    def counter(self) -> int:
        """A number that changes whenever anybody has committed."""
        ...

    def head(self, number: int, kind: str) -> Head:
        """To whom, and with what, this agent was writing."""
        ...

    def put_draft(self, number: int, kind: str, text: str, head: Head | None = None) -> None:
        """Keep what this agent is writing; neither text nor head removes it."""
        ...

    def drop_draft(self, number: int, kind: str, text: str) -> None:
        """What was said is no draft: one that was kept too late goes; one of another text stays."""
        ...

    def room(self, number: int, account: str) -> Window:
        """What the channel that answers a ticket, or another account, still takes."""
        ...

    def opened(self, number: int) -> None:
        """This agent has seen the ticket: it is not unread any more."""
        ...

    def change(self, number: int, change: Change) -> None:
        """Change fields of a ticket."""
        ...

    def assign(self, number: int, who: str, note: str = "") -> None:
        """Pass on to an agent, a team, `none`, or `back` to whom it came from; with a note."""
        ...

    def snooze(self, number: int, until: str) -> None:
        """Put aside for a time, `3d`, or up to one, `mon 09:00`; `none` brings it back."""
        ...

    def away(self) -> bool:
        """Whether this agent said to be away."""
        ...

    def leave(self, until: str) -> None:
        """This agent is away, for a time (`3h`) or, without one, until they come back."""
        ...

    def return_(self) -> None:
        """This agent is back."""
        ...

    def notices(self) -> list[Notice]:
        """What this agent was told and has not seen."""
        ...

    def news(self, heard: Heard | None) -> News:
        """What there is to call out since this console heard last."""
        ...

    def seen(self, ids: Sequence[int]) -> None:
        """This agent has seen these notices."""
        ...

    def reload(self, settings: Settings) -> None:
        """Go on under another configuration. ConfigError where that cannot be."""
        ...

    def reply(
        self,
        number: int,
        text: str,
        seen: int | None,
        force: bool = False,
        head: Head | None = None,
        status: str | None = None,
    ) -> OutboxRow | None:
        """Answer the customer: the draft becomes the answer, both in one transaction.

        Conflict if something was said after the message `seen`. Leased while a colleague is
        answering, unless a lead or an admin wants to `force` it.
        """
        ...

    def waiting(self, number: int) -> OutboxRow | None:
        """The newest answer of a ticket that has not left yet."""
        ...

    def attend(self, number: int | None, writing: bool) -> None:
        """This console shows a ticket, or none; writing an answer takes its lease if it is free."""
        ...

    def company(self) -> list[Present]:
        """The colleagues who have any ticket open."""
        ...

    def note(self, number: int, text: str) -> None:
        """Write an internal note, which the draft becomes."""
        ...

    def do(self, work: Callable[[Desk, Actor], T]) -> T:
        """Do anything else that the desk can do, as this agent: a use case, or a read."""
        ...

    def ask(self, work: Callable[[Desk, Actor, Tx], T]) -> T:
        """Read what takes its time, in the thread of queries; `interrupt` ends it: Interrupted."""
        ...

    def close(self) -> None:
        """Let go of the desk."""
        ...


class Interrupted(Exception):
    """A query was ended because a newer one has taken its place."""
