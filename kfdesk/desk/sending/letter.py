"""A letter that is to leave: what is said to whom, with what, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kfdesk.model import Actor, Address, File
from kfdesk.rules.knowledge.article import Article
from kfdesk.store.answering import Thread
from kfdesk.store.packing import Blob
from kfdesk.store.tickets import State


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something to say to the customer of a ticket. `auto` says which rule said it.

    What is `about` one thing can be found, and taken back, as long as it waits: progress, csat.
    """

    state: State
    actor: Actor
    text: str
    to: Address
    asked: Thread | None  # the message that it answers, or goes on from
    not_before: datetime
    beside: tuple[Address, ...] = ()  # who stands in To beside them
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()  # whom no header names
    account: str = ""  # the channel that sends, where it is not the ticket's
    signature: str | None = None  # where it is not the channel's
    files: tuple[tuple[File, Blob], ...] = ()
    subject: str = ""
    auto: str = ""
    about: str = ""
    article: Article | None = None  # that it is, where that is known
