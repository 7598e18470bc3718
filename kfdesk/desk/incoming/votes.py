"""What customers say of articles, by a mail whose subject carries our mark: counted once a use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.reacting.bots import hand_over
from kfdesk.mail.token import find_help
from kfdesk.model import SYSTEM, Mail
from kfdesk.store import bots
from kfdesk.store.knowledge import article_uses
from kfdesk.store.knowledge.article_uses import Use
from kfdesk.store.tx import Tx

#: A use, and whether it helped.
Vote = tuple[int, bool]

#: What telephones put below a mail by themselves.
_SENT_FROM = re.compile(
    r"\s*(?:sent (?:from|via)|get outlook|gesendet (?:von|mit)|von meinem|envoyé de|enviado desde|"
    r"发自|來自|来自|從我的|从我的|iphoneから)",
    re.IGNORECASE,
)


def said(desk: Desk, mail: Mail) -> tuple[int, int, bool] | None:
    """Return (ticket, use, whether it helped) that a mail says; robots have no say."""
    return None if mail.robot else find_help(desk.secret, mail.subject)


def nothing_else(mail: Mail) -> bool:
    """Whether a mail holds nothing beside its subject but what a program put there."""
    if mail.attachments:
        return False
    for line in mail.text[: mail.cut].split("\n"):
        if line.rstrip() == "--":
            break
        if line.strip() and not _SENT_FROM.match(line):
            return False
    return True


def valid(tx: Tx, votes: Iterable[Vote]) -> dict[int, Use]:
    """Return {id: use} of those that nothing was said of yet."""
    ids = [use for use, _helped in votes]
    if not ids:
        return {}
    return {id: use for id, use in article_uses.of_ids(tx, ids).items() if use.helped is None}


def change(vote: Vote) -> dict[str, tuple[Any, Any]]:
    """Return what a vote changes of its ticket, for the rules to see."""
    return {"helped": (None, "yes" if vote[1] else "no")}


def give_to_people(tx: Tx, desk: Desk, roots: Mapping[int, int], now: datetime) -> None:
    """Hand tickets, {number: event}, to people, where that has not happened yet."""
    already = bots.handed(tx, roots) if roots else set()
    fresh = {number: event for number, event in roots.items() if number not in already}
    if fresh:
        hand_over(tx, desk, SYSTEM, fresh, now)
