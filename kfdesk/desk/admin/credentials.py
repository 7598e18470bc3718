"""How agents log in over the web: a password each, kept as a salted hash; guessing is slow."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from kfdesk.desk import Desk
from kfdesk.desk.agents import agent_named
from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _, ngettext
from kfdesk.model import Actor
from kfdesk.store.people import credentials
from kfdesk.store.people.credentials import Attempt, Credential, Outcome
from kfdesk.store.tx import Tx

#: A password is at least so long, and at most: the hash of a novel would be a way to be busy.
SHORTEST, LONGEST = 10, 256
#: So many wrong passwords are taken within `_WINDOW`: of one name from one address, from one
#: address, and of one name from anywhere. The last is high: who guesses must not lock others out.
_OF_BOTH, _OF_ADDRESS, _OF_NAME = 5, 20, 100
_WINDOW = timedelta(minutes=15)
_KEPT = timedelta(days=90)
#: 2^15 blocks of 8: 32 MB and a tenth of a second for each guess.
_COST, _BLOCK, _MEMORY = 15, 8, 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a login: who is in, since when the password is theirs; or how long to wait."""

    agent: str = ""
    changed_at: datetime | None = None
    wait: timedelta | None = None  # nothing is looked at for so long
    failed: int = 0  # so many were wrong, this one with them


def set_password(desk: Desk, actor: Actor, agent: str, password: str) -> str:
    """Give an agent a password for the web; whoever is logged in as them is no more.

    UserError for an unknown agent, and for a password that is too short or easily guessed.
    """
    name = agent_named(desk.settings, agent)
    text = _normal(password)
    if len(text) < SHORTEST:
        message = ngettext(
            "a password has {n} character at least",
            "a password has {n} characters at least",
            SHORTEST,
        )
        raise UserError(message.format(n=SHORTEST))
    if len(text) > LONGEST or not text.isprintable():
        raise UserError(_("a password is one line, of at most {n} characters").format(n=LONGEST))
    if len(set(text)) < 4 or name.casefold() in text.casefold():
        raise UserError(_("that is easily guessed: take several words, or let a program make one"))
    credential = Credential(_hashed(text, secrets.token_bytes(16), _COST), desk.clock())
    with desk.store.write() as tx:
        credentials.put(tx, name, credential)
        _note(tx, desk, actor, name)
    return name


def remove_password(desk: Desk, actor: Actor, agent: str) -> None:
    """Let somebody log in no more, agent or not. NotFound where there is no password."""
    with desk.store.write() as tx:
        if not credentials.remove(tx, agent):
            raise NotFound(_("{agent} has no password for the web").format(agent=agent))
        _note(tx, desk, actor, agent)


def log_in(desk: Desk, name: str, password: str, address: str) -> Tried:
    """Try a name and a password from an address, and write down that it was tried.

    An unknown name takes as long, and counts, like a known one.
    """
    now = desk.clock()
    typed = unicodedata.normalize("NFKC", name).strip()
    tried = hmac.new(desk.secret, b"login\0" + typed.encode(), hashlib.sha256).hexdigest()
    agent = typed if typed in (one.name for one in desk.settings.agents) else ""
    with desk.store.read() as tx:
        wait, failed = _throttle(tx, now, tried, address)
        known = credentials.get(tx, agent) if agent else None
    if wait is not None:
        _record(desk, Attempt(now, agent, tried, address, Outcome.REFUSED))
        return Tried(wait=wait, failed=failed)
    right = _matches(_normal(password)[:LONGEST], known.secret if known else _NOBODY)
    if not right or known is None:
        _record(desk, Attempt(now, agent, tried, address, Outcome.WRONG))
        return Tried(failed=failed + 1)
    _record(desk, Attempt(now, agent, tried, address, Outcome.IN))
    return Tried(agent, known.changed_at)


def valid(desk: Desk) -> dict[str, datetime]:
    """Return {agent: since when their password holds} of those who may be logged in."""
    with desk.store.read() as tx:
        found = credentials.changes(tx)
    names = {agent.name for agent in desk.settings.agents}
    return {agent: at for agent, at in found.items() if agent in names}


def attempts(desk: Desk, limit: int) -> list[Attempt]:
    """Return who has tried to log in, the newest first."""
    with desk.store.read() as tx:
        return list(credentials.attempts(tx, limit))


def _throttle(tx: Tx, now: datetime, tried: str, address: str) -> tuple[timedelta | None, int]:
    """How long nothing is looked at, and how many of that name and address were wrong."""
    since = now - _WINDOW
    begun = max(filter(None, (since, credentials.last_in(tx, tried, address))))
    both, last = credentials.failures(tx, begun, tried=tried, address=address)
    found = (
        (both, last, _OF_BOTH),
        (*credentials.failures(tx, since, address=address), _OF_ADDRESS),
        (*credentials.failures(tx, since, tried=tried), _OF_NAME),
    )
    waits = [at + _WINDOW - now for count, at, most in found if at is not None and count >= most]
    return max(waits, default=None), both


def _note(tx: Tx, desk: Desk, actor: Actor, agent: str) -> None:
    """Write down whose password was changed, and by whom."""
    now = desk.clock()
    credentials.record(tx, Attempt(now, agent, "", actor.name, Outcome.PASSWORD), now - _KEPT)


def _record(desk: Desk, attempt: Attempt) -> None:
    with desk.store.write() as tx:
        credentials.record(tx, attempt, attempt.at - _KEPT)


def _normal(password: str) -> str:
    """A password however its characters were typed: full-width letters are letters."""
    return unicodedata.normalize("NFKC", password)


def _hashed(password: str, salt: bytes, cost: int) -> str:
    key = hashlib.scrypt(password.encode(), salt=salt, n=1 << cost, r=_BLOCK, p=1, maxmem=_MEMORY)
    return f"scrypt${cost}${b64encode(salt).decode()}${b64encode(key).decode()}"


def _matches(password: str, secret: str) -> bool:
    """Whether it is the password; as slow for the wrong one as for the right one."""
    _kind, cost, salt, _key = secret.split("$")
    return hmac.compare_digest(_hashed(password, b64decode(salt), int(cost)), secret)


#: What is compared with where there is no such agent, or one without a password.
_NOBODY = f"scrypt${_COST}${b64encode(bytes(16)).decode()}${b64encode(bytes(64)).decode()}"
