"""What bots must know of tickets: how often they answered, who wants a person, what was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from kfdesk.model import By, Direction
from kfdesk.store.ids import among, these
from kfdesk.store.tables import MessageRow, ReceiptRow, to_ms
from kfdesk.store.tx import Tx, driver

_receipt = ReceiptRow.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]

#: The receipt of a ticket that was handed to a person; no bot's own, for bots come and go.
_HANDED = "handover"


def answers(tx: Tx, rule: str, numbers: Sequence[int]) -> dict[int, int]:
    """Return {ticket: how often a rule's effect left the desk for it}."""
    statement = (
        select(_receipt.c.ticket_id, func.count())
        .where(_receipt.c.rule == rule, among(_receipt.c.ticket_id))
        .group_by(_receipt.c.ticket_id)
    )
    return {number: times for number, times in tx.execute(statement, these(numbers))}  # noqa: C416


def handed(tx: Tx, numbers: Iterable[int]) -> set[int]:
    """Return those of these tickets that were handed to a person."""
    statement = select(_receipt.c.ticket_id).where(
        _receipt.c.rule == _HANDED, _receipt.c.key == _HANDED, among(_receipt.c.ticket_id)
    )
    return set(tx.scalars(statement, these(numbers)))


def hand_over(tx: Tx, numbers: Iterable[int], now: datetime) -> None:
    """Write that no bot answers in these tickets any more."""
    driver(tx).executemany(
        "INSERT OR IGNORE INTO rule_receipt (rule, ticket_id, key, at) VALUES (?, ?, ?, ?)",
        [(_HANDED, number, _HANDED, to_ms(now)) for number in numbers],
    )


@dataclass(frozen=True, slots=True)
class Said:
    """One message between the customer and us, without what it quotes."""

    at: datetime
    author: str
    rule: str  # the rule or bot that said it, where it was one
    text: str


_SAID = (
    select(
        _message.c.ticket_id,
        _message.c.at,
        _message.c.by,
        _message.c.author,
        _message.c.auto,
        func.substr(_message.c.text, 1, _message.c.cut),
    )
    .where(among(_message.c.ticket_id), _message.c.direction != Direction.NOTE.value)
    .order_by(_message.c.ticket_id, _message.c.id)
)


def said(tx: Tx, numbers: Iterable[int]) -> dict[int, list[Said]]:
    """Return {ticket: all that was said on it but internal notes, oldest first}."""
    found: dict[int, list[Said]] = defaultdict(list)
    for number, at, by, author, auto, text in tx.execute(_SAID, these(numbers)):
        rule = auto.removeprefix("rule: ") if by == By.RULE.value else ""
        found[number].append(Said(at, author, rule, text))
    return found
