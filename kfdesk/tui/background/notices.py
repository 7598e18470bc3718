"""What this agent is told: in a corner of the console, with a bell, on the desktop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kfdesk.cells import plain_line
from kfdesk.i18n import ngettext
from kfdesk.tui.background import desktop
from kfdesk.tui.lines.content import notify

if TYPE_CHECKING:
    from kfdesk.desk.sending.notices import Notice
    from kfdesk.tui.main import Main

#: Of more than one in so many lines the newest are shown, and the others counted.
_LINES = 12


def hear(main: Main, told: Sequence[Notice]) -> None:
    """Tell it, each notice in the ways that it was asked for."""
    shown = [notice for notice in told if "console" in notice.ways]
    most = max(1, main.app.size.height // _LINES)
    if (hidden := len(shown) - most) > 0:
        more = ngettext("{n} earlier notice", "{n} earlier notices", hidden).format(n=hidden)
        notify(main.app, more, "warning")
    for notice in shown[-most:]:
        notify(main.app, f"#{notice.ticket}  {notice.text}", "warning")
    for notice in told:
        if notice.why == "mention":
            main.alerts.call_out("mention", notice.text, notice.ticket)
    if any("bell" in notice.ways for notice in told):
        main.app.bell()
    loud = [notice for notice in told if "desktop" in notice.ways]
    for notice in loud[-most:]:
        text = plain_line(f"#{notice.ticket} {notice.text}")
        desktop.tell(main.app, main.settings.desk.name, text)
