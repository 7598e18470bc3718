"""Somebody calls: reading their card, opening a ticket for them, putting the call away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.i18n import _
from kfdesk.model import Address
from kfdesk.tui.lines.content import notify
from kfdesk.tui.verbs import customers, filling
from kfdesk.tui.verbs.kind import Work

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


def card(main: Main) -> Work:
    """Show the card of who calls."""
    caller = main.alerts.answered()
    return None if caller is None else customers.show(main, str(caller.customer))


def ticket(main: Main) -> Work:
    """Open a ticket for who calls: what they say on the telephone."""
    if (caller := main.alerts.answered()) is None:
        return None
    who = Address(caller.name or caller.call.phone, caller.email)
    return filling.open_for(main, caller.customer, who, "phone")


def away(main: Main) -> None:
    """Put the call away; `g n` lists it."""
    main.alerts.answered()


def take_up(main: Main) -> None:
    """Give the keys to the panel of who calls."""
    if main.alerts.caller is None:
        notify(main.app, _("Nobody is calling"))
    main.alerts.take_up()
