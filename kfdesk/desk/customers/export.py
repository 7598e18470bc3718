"""All that the desk has of one person, for them to have: JSON, and their files beside it."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.customers import card
from kfdesk.desk.customers.people import living
from kfdesk.desk.tickets import plain, show
from kfdesk.errors import FetchError, NotFound, UserError
from kfdesk.i18n import _
from kfdesk.mail.filename import safe_name
from kfdesk.model import By, Direction, Message
from kfdesk.store import customers, journal, messages, whole_tickets
from kfdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: to a file, or, where there was none, its `content`."""

    customer: int
    tickets: int
    files: int
    file: Path | None = None
    content: bytes | None = None


def export(desk: Desk, who: str, to: Path | None, *, notes: bool = True) -> Exported:
    """Write everything of one person to a new file; without one, JSON with the files in it.

    The file is a zip (`customer.json`, `files/`) where there are files, else the JSON. UserError
    where it is there already.
    """
    with desk.store.read() as tx:
        id = living(tx, desk, who).id
        whole = card.read(tx, desk, id, limit=2**62).as_json()
        numbers = customers.tickets_of(tx, [id])
        whole["tickets"] = _tickets(tx, numbers, notes=notes)
    if not notes:
        whole["timeline"] = [one for one in whole["timeline"] if not _internal(one)]
    del whole["suggestions"], whole["timeline_count"]  # they tell of other people
    files = _files(desk, whole["tickets"])
    if to is None:
        return Exported(id, len(numbers), len(files), content=_inline(whole, files))
    _write(to, _zip(whole, files) if files else _text(whole))
    return Exported(id, len(numbers), len(files), to)


def _internal(line: Mapping[str, Any]) -> bool:
    """Whether a line of the time line is what only we read, as `Message.internal`."""
    which = (line["direction"], line["by"])
    return which[0] == Direction.NOTE.value or which == (Direction.IN.value, By.AGENT.value)


def _tickets(tx: Tx, numbers: list[int], *, notes: bool) -> list[dict[str, Any]]:
    found = []
    for ticket in whole_tickets.get_many(tx, numbers):
        said = [
            _message(message)
            for message in messages.of_ticket(tx, ticket.number)
            if notes or not message.internal
        ]
        events = [
            {"at": e.at, "actor": str(e.actor), "kind": e.kind, "changes": dict(e.changes)}
            for e in journal.events(tx, ticket.number)
        ]
        found.append(plain.ticket_json(ticket) | {"messages": said, "events": events})
    return found


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "direction": message.direction.value,
        "author": message.author,
        "author_email": message.author_email,
        "at": message.at,
        "subject": message.subject,
        "text": message.text,
        "to": [str(one) for one in message.to],
        "cc": [str(one) for one in message.cc],
        "attachments": [
            {"id": one.id, "name": one.name, "type": one.type, "size": one.size}
            for one in message.attachments
        ],
    }


def _files(desk: Desk, found: list[dict[str, Any]]) -> dict[int, bytes]:
    """The content of every file, by attachment; one that cannot be had says so in its place."""
    contents: dict[int, bytes] = {}
    for ticket in found:
        for message in ticket["messages"]:
            for file in message["attachments"]:
                try:
                    contents[file["id"]] = show.attachment(desk, file["id"]).content
                except (FetchError, NotFound) as error:
                    file["missing"] = str(error)
                else:
                    file["file"] = f"files/{file['id']}-{safe_name(file['name'])}"
    return contents


def _text(whole: Mapping[str, Any]) -> bytes:
    text = json.dumps(whole, ensure_ascii=False, indent=2, default=plain.moment)
    return f"{text}\n".encode()


def _inline(whole: dict[str, Any], files: Mapping[int, bytes]) -> bytes:
    for ticket in whole["tickets"]:
        for message in ticket["messages"]:
            for file in message["attachments"]:
                file.pop("file", None)
                if file["id"] in files:
                    file["content"] = base64.b64encode(files[file["id"]]).decode()
    return _text(whole)


def _zip(whole: Mapping[str, Any], files: Mapping[int, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("customer.json", _text(whole))
        for ticket in whole["tickets"]:
            for message in ticket["messages"]:
                for file in message["attachments"]:
                    if file["id"] in files:
                        archive.writestr(file["file"], files[file["id"]])
    return packed.getvalue()


def _write(to: Path, content: bytes) -> None:
    try:
        with to.open("xb") as target:
            target.write(content)
    except OSError as error:
        raise UserError(
            _("{file} cannot be written: {why}").format(file=to, why=error.strerror)
        ) from error
