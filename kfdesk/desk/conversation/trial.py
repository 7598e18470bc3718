"""A letter exactly as it would leave: it is written, read, and never was."""

from __future__ import annotations

from kfdesk.desk import Desk
from kfdesk.desk.conversation import forward, reply
from kfdesk.desk.sending import files as enclosed
from kfdesk.desk.sending.head import Head
from kfdesk.desk.sending.outbox import composed
from kfdesk.desk.sending.preview import Preview, laid_open
from kfdesk.desk.teamwork import side
from kfdesk.desk.teamwork.side import Aside
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Outbound
from kfdesk.store import outbox
from kfdesk.text import clean


class _Composed(Exception):
    """The letter, on its way out of a transaction that never was."""

    def __init__(self, letter: Outbound) -> None:
        super().__init__()
        self.letter = letter


def preview(
    desk: Desk,
    number: int,
    text: str,
    actor: Actor,
    head: Head,
    kind: str,
    *,
    everyone: bool = False,
    aside: Aside = 0,
) -> Preview:
    """Return a `reply`, a `forward`, or a word `aside`, as it would leave now.

    UserError where it could not.
    """
    body = clean(text).strip()
    if kind == "reply" and not body:
        raise UserError(_("there is nothing to say yet"))
    now = desk.clock()
    files = enclosed.read_all(desk, head.files)
    try:
        with desk.store.write() as tx:
            if kind == "forward":
                id = forward.write(tx, desk, number, body, actor, now, head=head, files=files)
            elif kind == "side":
                _side, id = side.write(tx, desk, number, aside, body, actor, now, files)
            else:
                done, _roots = reply.write(
                    tx, desk, number, body, actor, now,
                    head=head, files=files, everyone=everyone,
                )  # fmt: skip
                id = done.message_id
            row = outbox.of_message(tx, id)
            channel = next(c for c in desk.settings.channels if c.name == row.channel)
            raise _Composed(composed(tx, desk, channel, row.id))
    except _Composed as found:
        return laid_open(found.letter)
