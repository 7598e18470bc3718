"""What an agent says: a reply that leaves, or a note that stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.desk.conversation.answers import Answered, Said, write_replies
from kfdesk.desk.conversation.notes import write_notes
from kfdesk.desk.operation import Draft, operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.sending import files as enclosed
from kfdesk.desk.sending import window
from kfdesk.desk.sending.head import Head, Readers, account_of, signature_of
from kfdesk.desk.teamwork import collaborators, lease
from kfdesk.errors import Conflict, UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Address, File, Ticket
from kfdesk.rules.tickets.statuses import resolve
from kfdesk.store import answering, customers, tickets, whole_tickets
from kfdesk.store.packing import Blob
from kfdesk.store.teamwork import parties
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx
from kfdesk.text import clean, clean_line


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
    head: Head = Head(),  # noqa: B008
    drafted: bool = False,
) -> Ticket:
    """Answer the customer: the reply is queued, held back for `ui.undo_send`, and leaves at a sync.

    `everyone` copies the ticket's collaborators; who is named in `cc`, or in To beside the
    customer, becomes one, and who stands in Bcc is told to nobody. `seen` is the newest message id
    the writer had in view, `version` the ticket's: Conflict if something came since. Leased while a
    colleague is answering; `force` goes over that, for who may. What was `drafted` is the writer's
    draft, which it takes the place of.
    """
    body = _not_empty(text)
    now = desk.clock()
    more = (*files, *enclosed.read_all(desk, head.files))
    told = {"head": head.as_json()} if head != Head() else None
    draft = Draft(number, "reply") if drafted else None
    with operation(desk, actor, "reply", told, draft=draft) as tx:
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
        done, roots = write(
            tx, desk, number, body, actor, now,
            head=head, files=more, cc=cc, everyone=everyone, status=status,
        )  # fmt: skip
        root = Root(number, "updated", actor, done.message_id, done.diff, done.event_id)
        settle(desk, tx, [*roots, root], now)
        return whole_tickets.get(tx, number)


def write(
    tx: Tx,
    desk: Desk,
    number: int,
    text: str,
    actor: Actor,
    now: datetime,
    *,
    head: Head,
    files: Sequence[File] = (),
    cc: Sequence[Address] = (),
    everyone: bool = False,
    status: str | None = None,
) -> tuple[Answered, list[Root]]:
    """Write an answer and queue it; what rules have to look at is who joined the ticket by it."""
    kind, own = resolve(desk.settings, status) if status else (None, "")
    state = tickets.state(tx, number)
    channel = account_of(desk.settings, head, state.account)
    readers = Readers.of(desk.settings, head)
    enclosed.check(channel, [len(file.content) for file in files])
    window.check(tx, desk, channel, state, text, now)
    own_addresses = customers.emails_of(tx, [state.customer_id])[state.customer_id]
    if readers.to:
        _names_a_party(tx, state, readers.to, own_addresses)
    copied = [*cc, *readers.cc]
    joining = [one for one in (*readers.to, *copied) if one.email not in own_addresses]
    roots = collaborators.join(tx, number, joining, actor, now) if joining else []
    if roots:
        state = tickets.state(tx, number)
    if everyone:
        copied += whole_tickets.get(tx, number).collaborators
    named = {one.email for one in readers.to}
    said = Said(
        text,
        subject=clean_line(head.subject),
        status=kind,
        substatus=own,
        to=readers.to,
        cc=tuple({one.email: one for one in copied if one.email not in named}.values()),
        bcc=readers.bcc,
        account=channel.name if head.account else "",
        signature=_other_signature(desk, head, state, actor),
        files=tuple((file, Blob.of(file.content)) for file in files),
    )
    return write_replies(tx, desk, {number: state}, {number: said}, actor, now)[number], roots


def _names_a_party(tx: Tx, state: State, to: Sequence[Address], own: Collection[str]) -> None:
    """UserError where an answer goes to nobody of the ticket: that is no answer."""
    asked = answering.newest_inbound_of(tx, [state.id]).get(state.id)
    known, _removed = parties.of(tx, [state.id])
    there = {*own, *known.get(state.id, ()), *(asked.readers if asked else ())}
    if there.isdisjoint(one.email for one in to):
        raise UserError(
            _("To names nobody of ticket {number}; forward it to them, or write them aside").format(
                number=state.id
            )
        )


def _other_signature(desk: Desk, head: Head, state: State, actor: Actor) -> str | None:
    """The signature, where it is not the one that the channel's mail has anyway."""
    channel = account_of(desk.settings, head, state.account)
    chosen = signature_of(desk.settings, head, channel, actor.name)
    return None if chosen == channel.signature else chosen


def note(desk: Desk, number: int, text: str, actor: Actor, *, drafted: bool = False) -> Ticket:
    """Write an internal note: colleagues read it, the customer never does."""
    body = _not_empty(text)
    now = desk.clock()
    draft = Draft(number, "note") if drafted else None
    with operation(desk, actor, "note", draft=draft) as tx:
        state = tickets.state(tx, number)
        id, event = write_notes(tx, {number: state}, {number: body}, actor, now)[number]
        settle(desk, tx, [Root(number, "updated", actor, id, {}, event)], now)
        return whole_tickets.get(tx, number)


def _not_empty(text: str) -> str:
    body = clean(text).strip()
    if not body:
        raise UserError(_("there is nothing to say; give --body, or - to read standard input"))
    return body
