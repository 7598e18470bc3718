"""Fixtures for every room: one Dovecot a worker, a fresh user a test, an SMTP server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import textual.app
import textual.pilot
from imapclient import IMAPClient

from kfdesk import i18n
from kfdesk.settings import Channel, Imap
from tests.support.idle import idle
from tests.support.servers import Dovecot, Missing, Smtp

_USERS = count(1)

# Textual looks whether the console rests 50 times a second, twice at every key: most of a test.
for module in (textual.app, textual.pilot):
    module.wait_for_idle = idle  # type: ignore[attr-defined]


def missing(reason: Missing) -> None:
    """Skip for want of a server, but fail where the servers are promised."""
    if os.environ.get("CI") or os.environ.get("KFDESK_REQUIRE_SERVERS") == "1":
        pytest.fail(str(reason), pytrace=False)
    pytest.skip(str(reason))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in English, whatever the one before it spoke."""
    i18n.use("en")
    yield
    i18n.use("en")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A user of the session's Dovecot that no other test knows."""

    dovecot: Dovecot
    user: str

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder as a delivery agent does."""
        self.dovecot.deliver(self.user, mails, folder)

    def imap(self, **keys: Any) -> Imap:
        """The `imap` settings for it."""
        return self.dovecot.imap(self.user, **keys)

    def channel(self, *, smtp: Smtp | None = None, sent_folder: str = "", **keys: Any) -> Channel:
        """A channel for it; `keys` replaces any of its settings."""
        settings = {"imap": self.imap(), "smtp": smtp.settings() if smtp else None} | keys
        return Channel(
            name="support",
            type="imap",
            address="support@example.com",
            sent_folder=sent_folder,
            **settings,
        )

    def client(self) -> IMAPClient:
        """Another mail program that is logged in here; log it out again."""
        return self.dovecot.client(self.user)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot."""
    try:
        server = Dovecot()
    except Missing as reason:
        missing(reason)
        raise
    with server:
        yield server


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Mailbox:
    """An empty mailbox of its own."""
    user = f"user{next(_USERS)}"
    dovecot.maildir(user)
    return Mailbox(dovecot, user)


@pytest.fixture
def smtp_server() -> Iterator[Smtp]:
    """A running SMTP server that takes everything, in plain text."""
    with Smtp() as server:
        yield server
