"""How agents log in over the web, and who has tried to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, insert, select

from kfdesk.store.tables import CredentialRow, LoginRow
from kfdesk.store.tx import Tx

_credential = CredentialRow.__table__  # type: ignore[attr-defined]
_login = LoginRow.__table__  # type: ignore[attr-defined]


class Outcome(StrEnum):
    """What became of an attempt to log in."""

    IN = "in"
    WRONG = "wrong"
    REFUSED = "refused"  # too many had failed before
    PASSWORD = "password"  # noqa: S105 - none: their password was set, or taken away


@dataclass(frozen=True, slots=True)
class Credential:
    """A salted hash of a password, and since when it is the one."""

    secret: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tried to log in. `tried` is a keyed hash of the name that was typed."""

    at: datetime
    agent: str  # empty where there is none of that name
    tried: str
    address: str  # of a changed password: who changed it
    outcome: Outcome


def get(tx: Tx, agent: str) -> Credential | None:
    """Return an agent's credential; None for who has never had one."""
    row = tx.execute(select(_credential).where(_credential.c.agent == agent)).first()
    return Credential(row.secret, row.changed_at) if row else None


def changes(tx: Tx) -> dict[str, datetime]:
    """Return {agent: when their password was set last}."""
    found = tx.execute(select(_credential.c.agent, _credential.c.changed_at))
    return {row.agent: row.changed_at for row in found}


def put(tx: Tx, agent: str, credential: Credential) -> None:
    """Set an agent's credential."""
    tx.execute(
        insert(_credential).prefix_with("OR REPLACE", dialect="sqlite"),
        {"agent": agent, "secret": credential.secret, "changed_at": credential.changed_at},
    )


def remove(tx: Tx, agent: str) -> bool:
    """Take an agent's credential away; return whether there was one."""
    statement = delete(_credential).where(_credential.c.agent == agent)
    return tx.execute(statement).rowcount > 0


def record(tx: Tx, attempt: Attempt, keep_from: datetime) -> None:
    """Write an attempt down, and forget those before `keep_from`."""
    tx.execute(
        insert(_login),
        {
            "at": attempt.at,
            "agent": attempt.agent,
            "tried": attempt.tried,
            "address": attempt.address,
            "outcome": attempt.outcome.value,
        },
    )
    tx.execute(delete(_login).where(_login.c.at < keep_from))


def failures(
    tx: Tx, since: datetime, *, tried: str = "", address: str = ""
) -> tuple[int, datetime | None]:
    """How many wrong ones there were since then, of a name, an address or both; and the last."""
    chosen = select(func.count(), func.max(_login.c.at)).where(
        _login.c.at > since, _login.c.outcome == Outcome.WRONG.value
    )
    if tried:
        chosen = chosen.where(_login.c.tried == tried)
    if address:
        chosen = chosen.where(_login.c.address == address)
    count, last = tx.execute(chosen).one()
    return int(count), last


def last_in(tx: Tx, tried: str, address: str) -> datetime | None:
    """When that name last logged in from that address."""
    chosen = (_login.c.tried == tried) & (_login.c.address == address)
    statement = select(func.max(_login.c.at)).where(chosen, _login.c.outcome == Outcome.IN.value)
    found: datetime | None = tx.scalar(statement)
    return found


def attempts(tx: Tx, limit: int) -> Sequence[Attempt]:
    """Return the last attempts, the newest first."""
    found = tx.execute(select(_login).order_by(_login.c.id.desc()).limit(limit))
    return [Attempt(r.at, r.agent, r.tried, r.address, Outcome(r.outcome)) for r in found]
