"""Statuses: the standard ones, and those of the team's own, each of which is of the kind of one."""

from __future__ import annotations

from collections.abc import Collection

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Status
from kfdesk.rules.language.known import Known
from kfdesk.rules.names import hint
from kfdesk.settings import Settings
from kfdesk.text import fold


def resolve(settings: Settings, name: str) -> tuple[Status, str]:
    """Return the kind of a status and its own name, "" for a standard one; a title counts too.

    UserError where there is no such status.
    """
    known = Known.of(settings).names["status"]
    stored = known.get(fold(name))
    if stored is None:
        names = dict.fromkeys(known.values())
        raise UserError(
            _("unknown status “{name}”{hint}").format(name=name, hint=hint(name, names))
        )
    own = {status.name: status for status in settings.statuses}
    return (Status(own[stored].kind), stored) if stored in own else (Status(stored), "")


def stands(status: Status, own: str, among: Collection[str]) -> bool:
    """Whether a ticket's status is one of these: by its own name, or by its kind."""
    return status.value in among or (own != "" and own in among)
