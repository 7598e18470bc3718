"""A ticket whole: its facts, everything said, its journal; and the files it carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kfdesk.desk import Desk
from kfdesk.desk.teamwork import lease
from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _
from kfdesk.mail.filename import safe_name
from kfdesk.mail.parse import read
from kfdesk.mail.source import html_of, part_of
from kfdesk.model import SYSTEM, Event, File, Message, Present, Ticket
from kfdesk.store import blobs, journal, messages, origins, tickets, whole_tickets
from kfdesk.store.packing import Blob


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything about one ticket; `html` holds the HTML of those messages that have any."""

    ticket: Ticket
    messages: tuple[Message, ...]
    events: tuple[Event, ...]
    html: Mapping[int, str]
    at: datetime  # when it was read
    company: tuple[Present, ...] = ()  # who has it open


def show(desk: Desk, number: int, *, with_html: bool = False, follow: bool = False) -> Shown:
    """Read a ticket whole; with `follow`, where it was merged into. NotFound if there is none."""
    with desk.store.read() as tx:
        number = tickets.leads_to(tx, number) if follow else number
        at = desk.clock()
        ticket = whole_tickets.get(tx, number).as_of(at)
        said = messages.of_ticket(tx, number)
        html: dict[int, str] = {}
        for message in said if with_html else ():
            raw = messages.raw_of(tx, message.id)
            if raw is not None and (found := html_of(blobs.get(tx, raw))):
                html[message.id] = found
        company = tuple(lease.company(tx, SYSTEM, at, [number]))
        events = tuple(journal.events(tx, number))
        return Shown(ticket, tuple(said), events, html, at, company)


def source(desk: Desk, message_id: int) -> bytes:
    """Return the raw bytes of a message, as they came or went. NotFound if it has none."""
    with desk.store.read() as tx:
        raw = messages.raw_of(tx, message_id)
        if raw is None:
            raise NotFound(_("message {id} was no mail: it has no source").format(id=message_id))
        return blobs.get(tx, raw)


def attachment(desk: Desk, id: int) -> File:
    """Return an attachment with its content; what was left on the server is fetched now.

    FetchError if the server has it no more.
    """
    with desk.store.read() as tx:
        message, part, file = messages.attachment(tx, id)
        left = messages.is_partial(tx, message)
        raw = messages.raw_of(tx, message)
        if not part:
            return File(file.name, file.type, blobs.get(tx, bytes.fromhex(file.sha256)))
    if left:
        raw = _fetch_whole(desk, message)
        part = _part_named(desk, raw, file.name, part)
    assert raw is not None
    with desk.store.read() as tx:
        return File(file.name, file.type, part_of(blobs.get(tx, raw), part))


def save(file: File, to: Path) -> Path:
    """Write a file's content to a new path, or into a folder under its own safe name."""
    path = to / safe_name(file.name) if to.is_dir() else to
    try:
        with path.open("xb") as target:
            target.write(file.content)
    except OSError as error:
        raise UserError(
            _("{file} cannot be written: {why}").format(file=path, why=error.strerror)
        ) from error
    return path


def _fetch_whole(desk: Desk, message: int) -> bytes:
    from kfdesk.fetchers import connect

    with desk.store.read() as tx:
        place = origins.place_of(tx, message)
    channel = next((c for c in desk.settings.channels if place and c.name == place[0]), None)
    if place is None or channel is None:
        raise NotFound(_("the channel of message {id} is gone").format(id=message))
    fetcher = connect(channel)
    try:
        blob = Blob.of(fetcher.whole(place[1]))
    finally:
        fetcher.close()
    with desk.store.write() as tx:
        blobs.put(tx, [blob])
        messages.set_raw(tx, message, blob.sha256, blob.size)
    return blob.sha256


def _part_named(desk: Desk, raw: bytes, name: str, section: str) -> str:
    """Find the part that the server called `section` in the whole mail."""
    from kfdesk.desk.incoming.arrival import own

    with desk.store.read() as tx:
        parts = read(blobs.get(tx, raw), own(desk.settings)).attachments
    exact = [p.part for p in parts if p.part == section and p.name == name]
    same = exact or [p.part for p in parts if p.name == name]
    if not same:
        raise NotFound(_("the mail has no part “{name}”").format(name=name))
    return same[0]
