"""The templates there are, and how one would read on a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.conversation.placeholders import Words, values_of
from kfdesk.desk.sending.outgoing import answer_subject
from kfdesk.errors import NotFound
from kfdesk.i18n import _
from kfdesk.rules.names import hint
from kfdesk.rules.wording import BUILT_IN
from kfdesk.settings import Template
from kfdesk.store import tickets


@dataclass(frozen=True, slots=True)
class Preview:
    """A template filled in for a ticket."""

    name: str
    ticket: int
    subject: str
    text: str


def listing(desk: Desk, name: str = "") -> list[Template]:
    """Return the configuration's templates and the built-in ones, or those of one name.

    NotFound with the nearest name.
    """
    own = desk.settings.templates
    names = {one.name for one in own}
    every = [*own, *(one for one in BUILT_IN if one.name not in names)]
    found = [one for one in every if not name or one.name == name]
    if name and not found:
        known = dict.fromkeys(one.name for one in every)
        raise NotFound(
            _("there is no template “{name}”{hint}").format(name=name, hint=hint(name, known))
        )
    return found


def preview(desk: Desk, name: str, number: int) -> Preview:
    """Fill a template in for a ticket, in its customer's language; nothing is sent."""
    from kfdesk.desk.conversation.survey import links

    listing(desk, name)
    words = Words.of_template(desk.settings, name)
    with desk.store.read() as tx:
        state = tickets.state(tx, number)
        values = values_of(tx, desk, {number: state}, words.texts)[number]
        subject, text = words.filled(values.also(links(desk, state)))
        return Preview(name, number, subject or answer_subject(desk.settings, state), text)


def as_json(found: Sequence[Template]) -> list[dict[str, Any]]:
    """The objects that `kfdesk templates --json` prints."""
    return [
        {
            "name": one.name,
            "title": one.title,
            "language": one.language or None,
            "canned": one.canned,
            "subject": one.subject,
            "text": one.text,
            "file": one.place.file or None,
            "line": one.place.line or None,
        }
        for one in found
    ]
