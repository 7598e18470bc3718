"""What leaves the desk as its receiver sees it, and all that stands in the outbox just now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email import message_from_bytes, policy

from kfdesk import labels
from kfdesk.desk import Desk
from kfdesk.desk.sending.outbox import made
from kfdesk.i18n import _
from kfdesk.model import Outbound, OutboxRow, OutboxState
from kfdesk.store import blobs, messages, outbox

#: What a person may have to decide, or what has not left; the most urgent first.
WAITING = (OutboxState.UNKNOWN, OutboxState.FAILED, OutboxState.SENDING, OutboxState.QUEUED)
DONE = (OutboxState.SENT, OutboxState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A thing to send: its head as (name, value), its text, the names of its files."""

    row: OutboxRow
    head: tuple[tuple[str, str], ...]
    text: str
    files: tuple[str, ...] = ()


def standing(desk: Desk, waiting: int, done: int) -> list[OutboxRow]:
    """Return what has not left, the most urgent first, then what has left lately; bounded."""
    with desk.store.read() as tx:
        open_ = [
            row
            for state in WAITING
            for row in outbox.newest(tx, [state], waiting)
            if row.kind != "notice"
        ]
        return open_ + [row for row in outbox.newest(tx, DONE, done) if row.kind != "notice"]


def notices(desk: Desk, limit: int) -> list[OutboxRow]:
    """Return the newest words to agents that no console has shown yet."""
    with desk.store.read() as tx:
        found = outbox.newest(tx, [OutboxState.QUEUED], limit)
        return [row for row in found if row.kind == "notice"]


def leaving(desk: Desk, id: int) -> Leaving:
    """Return what an outbox row sends, or sent. NotFound where there is no such row."""
    with desk.store.read() as tx:
        row = outbox.get(tx, id)
        sent = None
        if row.kind == "mail" and (digest := messages.raw_of(tx, outbox.message_of(tx, id))):
            sent = blobs.get(tx, digest)
    if row.kind == "notice":
        return Leaving(row, ((_("To"), ", ".join(row.to)),), str(row.payload.get("text", "")))
    if row.kind == "webhook":
        shown = {name: value for name, value in row.payload.items() if name != "url"}
        text = json.dumps(shown, ensure_ascii=False, indent=2, default=str)
        return Leaving(row, ((_("To"), ", ".join(row.to)),), text)
    if sent is None:
        channel = next((one for one in desk.settings.channels if one.name == row.channel), None)
        sending = None if channel is None else made(desk, channel, row.id)
        if not isinstance(sending, Outbound):
            why = "" if sending is None else sending.why
            return Leaving(row, ((_("To"), ", ".join(row.to)),), why)
        sent = sending.raw
    return _mail(row, sent)


def _mail(row: OutboxRow, raw: bytes) -> Leaving:
    mail = message_from_bytes(raw, policy=policy.default)
    names = {"From": _("From"), "To": _("To"), "Cc": _("Cc"), "Reply-To": _("Answers to")}
    head = [(title, str(mail[name])) for name, title in names.items() if mail[name]]
    body = mail.get_body(("plain",))
    text = "" if body is None else str(body.get_content())
    files = tuple(
        f"{part.get_filename() or '–'} ({part.get_content_type()}, "
        f"{labels.size(len(part.get_payload(decode=True) or b''))})"
        for part in mail.iter_attachments()
    )
    return Leaving(row, (*head, (_("Subject"), str(mail["Subject"] or ""))), text, files)
