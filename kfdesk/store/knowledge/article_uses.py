"""Which articles went into answers, and whether customers say that they helped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, insert, select, update

from kfdesk.model import OutboxState
from kfdesk.store.ids import among, next_id, these
from kfdesk.store.tables import ArticleUseRow, OutboxTable
from kfdesk.store.tx import Tx

_use = ArticleUseRow.__table__  # type: ignore[attr-defined]
_outbox = OutboxTable.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class NewUse:
    """A use about to be written; `how` is text, link or bot."""

    id: int
    article: str
    ticket_id: int
    message_id: int
    actor: str
    how: str


@dataclass(frozen=True, slots=True)
class Use:
    """An article in an answer, and what the customer said of it, if they did."""

    id: int
    article: str
    ticket_id: int
    how: str
    helped: bool | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How often an article left in an answer, and what customers said of it."""

    uses: int = 0
    helped: int = 0
    not_helped: int = 0
    by: Mapping[str, int] | None = None  # {how: uses}
    last: datetime | None = None


def first_id(tx: Tx) -> int:
    """The id that the next use gets."""
    return next_id(tx, _use)


def add(tx: Tx, uses: Sequence[NewUse], now: datetime) -> None:
    """Write uses."""
    if uses:
        names = NewUse.__slots__
        tx.execute(insert(_use), [{n: getattr(u, n) for n in names} | {"at": now} for u in uses])


def of_ids(tx: Tx, ids: Iterable[int]) -> dict[int, Use]:
    """Return {id: use}."""
    columns = [_use.c[name] for name in Use.__slots__]
    rows = tx.execute(select(*columns).where(among(_use.c.id)), these(ids))
    return {row.id: Use(*row) for row in rows}


def of_tickets(tx: Tx, numbers: Iterable[int]) -> dict[int, list[str]]:
    """Return {ticket: the articles in its answers, each once, oldest first}."""
    statement = (
        select(_use.c.ticket_id, _use.c.article)
        .where(among(_use.c.ticket_id), _left())
        .order_by(_use.c.id)
    )
    found: dict[int, dict[str, None]] = {}
    for number, article in tx.execute(statement, these(numbers)):
        found.setdefault(number, {})[article] = None
    return {number: list(names) for number, names in found.items()}


def vote(tx: Tx, id: int, helped: bool, message: int | None) -> None:
    """Write what a customer said of a use, and in which message, if it says nothing else."""
    tx.execute(update(_use).where(_use.c.id == id).values(helped=helped, said_in=message))


def counts(
    tx: Tx, names: Iterable[str] | None = None, since: datetime | None = None
) -> dict[str, Counts]:
    """Return {article: its counts} of those that left in an answer; of these, or since then."""
    statement = select(
        _use.c.article,
        _use.c.how,
        func.count(),
        func.count().filter(_use.c.helped.is_(True)),
        func.count().filter(_use.c.helped.is_(False)),
        func.max(_use.c.at),
    ).where(_left())
    if since is not None:
        statement = statement.where(_use.c.at >= since)
    if names is not None:
        statement = statement.where(among(_use.c.article))
    found: dict[str, Counts] = {}
    for name, how, uses, yes, no, last in tx.execute(
        statement.group_by(_use.c.article, _use.c.how), these(names or ())
    ):
        was = found.get(name, Counts())
        found[name] = Counts(
            was.uses + uses,
            was.helped + yes,
            was.not_helped + no,
            {**(was.by or {}), how: uses},
            max(filter(None, (was.last, last)), default=None),
        )
    return found


def _left() -> ColumnElement[bool]:
    """True of a use whose answer has left the desk; one taken back was no use."""
    sent = and_(
        _outbox.c.message_id == _use.c.message_id, _outbox.c.state == OutboxState.SENT.value
    )
    found: ColumnElement[bool] = select(_outbox.c.id).where(sent).correlate(_use).exists()
    return found
