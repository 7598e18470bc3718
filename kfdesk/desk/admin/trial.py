"""A mailbox tried before it stands in any configuration: does it work, and what lies in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kfdesk.desk.admin.doctor import Finding, try_channel
from kfdesk.desk.admin.setup import Answers, guess_servers
from kfdesk.errors import KfdeskError
from kfdesk.mail import header
from kfdesk.settings import Channel, Imap, Secret, Smtp
from kfdesk.text import clean_line

#: Who waits at a screen waits no longer than this for a server.
_PATIENCE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail that lies there: it would become a ticket."""

    sender: str
    subject: str
    at: datetime | None


def mailbox(answers: Answers, password: str) -> Channel:
    """The channel that `kfdesk init` would write of the answers, with its password."""
    guess = guess_servers(answers.address)
    user, secret = answers.user or answers.address, Secret(plain=password)
    smtp = answers.smtp_host or guess.smtp
    return Channel(
        name="support",
        type="imap",
        address=answers.address,
        imap=Imap(answers.imap_host or guess.imap, user=user, password=secret, timeout=_PATIENCE),
        smtp=Smtp(
            smtp,
            tls="starttls" if smtp == guess.smtp and guess.smtp_tls == "starttls" else "tls",
            user=user,
            password=secret,
            timeout=_PATIENCE,
        ),
    )


def try_mailbox(channel: Channel) -> Iterator[Finding]:
    """Log in where mail is fetched and where it is sent; say what is wrong, and what to do."""
    yield from try_channel(channel)


def newest(channel: Channel, limit: int) -> list[Seen]:
    """Return the newest mails of a mailbox; none where it cannot be read. Nothing is changed."""
    from kfdesk.fetchers.imap import ImapFetcher

    fetcher = ImapFetcher(channel)
    try:
        return [_seen(block) for block in fetcher.newest(limit)]
    except KfdeskError:  # the findings say it
        return []
    finally:
        fetcher.close()


def _seen(block: bytes) -> Seen:
    found = header.fields(block)
    sender, subject = (clean_line(header.text(header.first(found, n))) for n in ("from", "subject"))
    return Seen(sender, subject, header.date(header.first(found, "date")))
