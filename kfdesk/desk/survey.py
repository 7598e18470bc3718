"""How satisfied a customer was: asked once a ticket, answered by a mail that carries the score."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import quote

from kfdesk.desk import Desk
from kfdesk.desk.filling import Words
from kfdesk.desk.sending.automatic import answer
from kfdesk.desk.sending.outgoing import sending_channel
from kfdesk.i18n import _
from kfdesk.mail.token import score_mark, subject_token
from kfdesk.model import Actor
from kfdesk.rules.template import SCORES
from kfdesk.store import survey
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


def ask(
    tx: Tx, desk: Desk, template: str, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Ask the customers of tickets, {number: root event}, who were not asked before."""
    asked = survey.asked(tx, roots)
    fresh = {number: root for number, root in roots.items() if number not in asked}
    words = Words.of_template(desk.settings, template)
    held = answer(
        tx,
        desk,
        words,
        actor,
        fresh,
        now,
        afresh=True,
        answers=False,
        more=lambda state: links(desk, state),
    )
    survey.ask(tx, fresh.keys() - held.keys(), now)
    held |= dict.fromkeys(asked, _("the customer was asked before"))
    return {
        number: {"held": held[number]} if number in held else {"surveys": 1} for number in roots
    }


def links(desk: Desk, state: State) -> Mapping[str, str]:
    """What `{{csat.good}}` and its kin are: a mail to the ticket's channel with the score in it."""
    channel = sending_channel(desk.settings, state.account)
    address = channel.address or parseaddr(channel.sender)[1]
    token = subject_token(desk.settings.desk.number_prefix, state.id)
    return {
        name: f"mailto:{address}?subject="
        + quote(f"[{token}] {score}/5 {score_mark(desk.secret, state.id, score)}")
        for name, score in SCORES.items()
    }
