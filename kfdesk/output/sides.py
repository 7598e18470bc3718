"""Side conversations: who was asked what, and what came back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kfdesk import labels
from kfdesk.i18n import _
from kfdesk.output import line, record
from kfdesk.output.page import message_json
from kfdesk.output.terminal import moment
from kfdesk.text import clean, clean_line

if TYPE_CHECKING:
    from kfdesk.desk.teamwork.side import Shown


def print_sides(found: Iterable[Shown], timezone: str, *, as_json: bool) -> None:
    """Print side conversations with all that was said in them."""
    for one in found:
        side = one.side
        if as_json:
            record(
                {
                    "id": side.id,
                    "ticket": side.ticket,
                    "subject": side.subject,
                    "to": [str(person) for person in side.to],
                    "agent": side.agent,
                    "opened_at": side.opened_at,
                    "closed_at": side.closed_at,
                    "messages": [message_json(message) for message in one.messages],
                }
            )
            continue
        state = _("closed") if side.closed_at else _("open")
        to = ", ".join(map(str, side.to))
        line(clean_line(f"{side.id}  #{side.ticket}  {side.subject} → {to} ({state})"))
        for message in one.messages:
            head = f"{message.author} · {moment(message.at, timezone)}"
            if message.delivery:
                head += f" · {labels.delivery(message.delivery)}"
            line(f"    {clean_line(head)}")
            for text in clean(message.text[: message.cut]).strip().split("\n"):
                line(f"      {text}")
