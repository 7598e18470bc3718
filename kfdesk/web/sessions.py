"""Who is logged in: a random token in a cookie, here only its hash; in memory, nowhere else."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


class Ending(Protocol):
    """What ends with a session: an open console."""

    async def end(self) -> None:
        """End it."""
        ...


@dataclass(eq=False, slots=True)
class Session:
    """An agent who is logged in, and the consoles that are open."""

    agent: str
    password_of: datetime  # when the password was set that let them in
    since: datetime
    used: datetime
    consoles: set[Ending] = field(default_factory=set)


class Sessions:
    """All who are logged in."""

    def __init__(self, clock: Callable[[], datetime], idle: timedelta, life: timedelta) -> None:
        self._clock, self._idle, self._life = clock, idle, life
        self._by_token: dict[bytes, Session] = {}

    def begin(self, agent: str, password_of: datetime) -> str:
        """Log an agent in; return the token."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        self._by_token[_hash(token)] = Session(agent, password_of, now, now)
        return token

    def find(self, token: str) -> Session | None:
        """Return who a token belongs to; None if it is unknown or its time is over."""
        session = self._by_token.get(_hash(token)) if token else None
        return session if session and not self._over(session) else None

    def touch(self, session: Session) -> None:
        """Somebody is at it."""
        session.used = self._clock()

    async def end(self, session: Session) -> None:
        """Log out: every console that is open ends."""
        self._by_token = {t: s for t, s in self._by_token.items() if s is not session}
        await asyncio.gather(*(console.end() for console in session.consoles))

    async def sweep(self, valid: Mapping[str, datetime]) -> None:
        """End those whose time is over, who are no agents any more, or have another password."""
        over = [
            session
            for session in self._by_token.values()
            if self._over(session) or valid.get(session.agent) != session.password_of
        ]
        await asyncio.gather(*map(self.end, over))

    async def end_all(self) -> None:
        """Log everybody out."""
        await self.sweep({})

    def consoles(self, agent: str) -> int:
        """How many consoles an agent has open."""
        return sum(len(s.consoles) for s in self._by_token.values() if s.agent == agent)

    def _over(self, session: Session) -> bool:
        now = self._clock()
        return now - session.used > self._idle or now - session.since > self._life


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
