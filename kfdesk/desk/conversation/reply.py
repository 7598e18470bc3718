"""What an agent says: a reply that leaves, or a note that stays."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from pathlib import Path

from kfdesk.desk import Desk
from kfdesk.desk.conversation.answers import Said, write_replies
from kfdesk.desk.conversation.notes import write_notes
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.teamwork import collaborators, lease
from kfdesk.errors import Conflict, UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Address, File, Ticket
from kfdesk.rules.tickets.statuses import resolve
from kfdesk.store import answering, tickets
from kfdesk.store.packing import Blob
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
    status: str | None = None,
    seen: int | None = None,
    version: int | None = None,
    cc: Sequence[Address] = (),
    force: bool = False,
) -> Ticket:
    """Answer the customer: the reply is queued, held back for `ui.undo_send`, and leaves at a sync.

    `everyone` copies the ticket's collaborators; who is named in `cc` becomes one. `seen` is the
    newest message id the writer had in view, `version` the ticket's: Conflict if something came
    since. Leased while a colleague is answering; `force` goes over that, for who may.
    """
    body = _not_empty(text)
    now = desk.clock()
    kind, own = resolve(desk.settings, status) if status else (None, "")
    packed = tuple((file, Blob.of(file.content)) for file in files)
    with operation(desk, actor, "reply") as tx:
        state = tickets.state(tx, number)
        if version is not None and state.version != version:
            raise Conflict(
                _("ticket {number} was changed meanwhile; look at it again and repeat").format(
                    number=number
                )
            )
        lease.claim(desk, tx, number, actor, now, force=force)
        if seen is not None and (who := answering.written_since(tx, number, seen, actor.name)):
            raise Conflict(
                _("{who} wrote on ticket {number} meanwhile; read it before this goes out").format(
                    who=who, number=number
                )
            )
        roots = collaborators.join(tx, number, cc, actor, now) if cc else []
        state = tickets.state(tx, number) if cc else state
        others = tickets.get(tx, number).collaborators if everyone else tuple(cc)
        said = Said(body, status=kind, substatus=own, cc=others, files=packed)
        done = write_replies(tx, desk, {number: state}, {number: said}, actor, now)[number]
        root = Root(number, "updated", actor, done.message_id, done.diff, done.event_id)
        settle(desk, tx, [*roots, root], now)
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
