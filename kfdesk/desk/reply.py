"""What an agent says: a reply that leaves, or a note that stays."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from pathlib import Path

from kfdesk.desk import Desk
from kfdesk.desk.edit import complete, difference
from kfdesk.desk.notes import write_notes
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.said import answered
from kfdesk.desk.sending.outgoing import Outgoing, address_of, post
from kfdesk.errors import Conflict, UserError
from kfdesk.i18n import _
from kfdesk.model import KEEP, Actor, Address, Change, File, Status, Ticket
from kfdesk.store import answering, customers, journal, tickets
from kfdesk.store.answering import Thread
from kfdesk.store.journal import NewEvent
from kfdesk.store.packing import Blob
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx
from kfdesk.text import clean, clean_line


def read_file(path: Path) -> File:
    """Read a file to attach. UserError if it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(
            _("{file} cannot be attached: {why}").format(file=path, why=error.strerror)
        ) from error
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return File(clean_line(path.name), kind, content)


def reply(
    desk: Desk,
    number: int,
    text: str,
    actor: Actor,
    *,
    everyone: bool = False,
    files: Sequence[File] = (),
    status: Status | None = None,
    seen: int | None = None,
) -> Ticket:
    """Answer the customer: the reply is queued, held back for `ui.undo_send`, and leaves at a sync.

    `everyone` copies the ticket's collaborators. `seen` is the newest message id the writer had in
    view: Conflict if something came in since.
    """
    body = _not_empty(text)
    now = desk.clock()
    packed = tuple((file, Blob.of(file.content)) for file in files)
    with operation(desk, actor, "reply") as tx:
        state = tickets.state(tx, number)
        asked = answering.newest_inbound(tx, number)
        if seen is not None and (who := answering.written_since(tx, number, seen, actor.name)):
            raise Conflict(
                _("{who} wrote on ticket {number} meanwhile; read it before this goes out").format(
                    who=who, number=number
                )
            )
        to = _recipient(tx, state, asked)
        others = tickets.get(tx, number).collaborators if everyone else ()
        letter = Outgoing(
            state=state,
            actor=actor,
            text=body,
            to=to,
            asked=asked if asked and asked.message_id else answering.newest_outbound(tx, number),
            not_before=now + desk.settings.ui.undo_send,
            cc=tuple(person for person in others if person.email != to.email),
            files=packed,
        )
        (id,) = post(tx, desk, [letter], now)
        wanted = Change(status=status or (Status.OPEN if state.status is Status.NEW else KEEP))
        diff = difference(state, wanted)
        complete(desk.settings, state, diff)
        tickets.update_many(tx, {number: answered(state, diff, actor, now)})
        event = NewEvent(number, actor, "reply", diff, message_id=id)
        (root,) = journal.record(tx, [event], now)
        settle(desk, tx, [Root(number, "updated", actor, id, diff, root)], now)
        return tickets.get(tx, number)


def note(desk: Desk, number: int, text: str, actor: Actor) -> Ticket:
    """Write an internal note: colleagues read it, the customer never does."""
    body = _not_empty(text)
    now = desk.clock()
    with operation(desk, actor, "note") as tx:
        state = tickets.state(tx, number)
        id, event = write_notes(tx, {number: state}, {number: body}, actor, now)[number]
        settle(desk, tx, [Root(number, "updated", actor, id, {}, event)], now)
        return tickets.get(tx, number)


def _not_empty(text: str) -> str:
    body = clean(text).strip()
    if not body:
        raise UserError(_("there is nothing to say; give --body, or - to read standard input"))
    return body


def _recipient(tx: Tx, state: State, asked: Thread | None) -> Address:
    customer = customers.get(tx, state.customer_id)
    own = customers.emails_of(tx, [customer.id])[customer.id]
    to = address_of(customer, own, asked)
    if to is None:
        raise UserError(
            _("the customer of ticket {number} has no address; write a note instead").format(
                number=state.id
            )
        )
    return to
