"""What the composer says of a letter: its title, the question before it goes, its limits."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kfdesk.cells import plain_line
from kfdesk.desk.sending.head import Head
from kfdesk.i18n import _, ngettext
from kfdesk.tui.lines import when

if TYPE_CHECKING:
    from kfdesk.desk.sending.window import Window

#: So much of a line that is quoted is shown.
_LINE = 300


def title(kind: str, to: str) -> tuple[str, str]:
    """What is written, to whom, and how that is coloured."""
    return {
        "note": (_("Internal note"), "$warning bold"),
        "side": (_("Side conversation with {to}").format(to=to), "$accent bold"),
        "forward": (_("Forward"), "$accent bold"),
    }.get(kind, (_("Reply to {to}").format(to=to), "$success bold"))


def question(kind: str, to: str, head: Head, undo_seconds: int) -> str:
    """The question before it goes: to whom, and whether it can be taken back."""
    if kind == "note":
        return _("Save this internal note? The customer does not see it.")
    if kind == "side":
        return _("Send to {to} in a side conversation? The customer does not see it.").format(to=to)
    beside = [(_("Cc"), head.cc), (_("Bcc"), head.bcc)]
    to = " · ".join([head.to or to, *(f"{name} {whom}" for name, whom in beside if whom)])
    if kind == "forward":
        return _("Forward to {to}? The customer does not see it.").format(to=to)
    if undo_seconds:
        return _("Send to {to}? It can be taken back for {n} seconds.").format(
            to=to, n=undo_seconds
        )
    return _("Send to {to}?").format(to=to)


def limits(room: Window, now: datetime, length: int) -> str:
    """How long, and how much, a channel that knows a limit still takes."""
    told = []
    if room.until is not None and now >= room.until:
        told.append(_("the time to reply is over"))
    elif room.until is not None:
        told.append(_("{time} left to answer").format(time=when.span(room.until - now)))
    if room.left is not None:
        told.append(ngettext("{n} answer left", "{n} answers left", room.left).format(n=room.left))
    if room.longest:
        told.append(f"{length}/{room.longest}")
    return " · ".join(told)


def quoted(text: str, most: int) -> list[str]:
    """The first lines of what goes below the text, and how many more there are."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    told = [f"> {plain_line(line)[:_LINE]}" for line in lines[:most]]
    if len(lines) > most:
        n = len(lines) - most + 1
        more = ngettext("… and {n} more line", "… and {n} more lines", n)
        told[-1] = f"> {more.format(n=n)}"
    return told


def chosen(head: Head) -> str:
    """The account and the signature, where they were chosen."""
    signature = head.signature and _("signature: {name}").format(
        name=signatures().get(head.signature, head.signature)
    )
    return " · ".join(filter(None, (head.account, signature)))


def signatures() -> dict[str, str]:
    """What may stand below a letter, in a word."""
    return {"channel": _("the channel's"), "agent": _("yours"), "none": _("none")}
