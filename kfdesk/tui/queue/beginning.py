"""What a desk without a single ticket says: what to do next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from kfdesk.actions import shown
from kfdesk.i18n import _
from kfdesk.settings import Settings

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


async def advise(main: Main) -> None:
    """Say in the queue what to do next, where there is no ticket at all."""
    source = main.source
    assert source is not None
    if not await main.threads.read(source.ids, "", 1):
        main.queue.advise(lambda: advice(main.settings, partial(_key, main)))


def _key(main: Main, action: str) -> str:
    return "".join(map(shown, main.keys.of_action[action][:1]))


def advice(settings: Settings, key: Callable[[str], str]) -> Sequence[str]:
    """The next steps, a line each."""
    first = (
        _("Mail to {channels} comes in by itself").format(
            channels=", ".join(channel.address or channel.name for channel in settings.channels)
        )
        if settings.channels
        else _("No mailbox yet: [[channel]] in {file}").format(file=settings.file.name)
    )
    return (
        first,
        _("{key} opens a ticket by hand").format(key=key("ticket.new")),
        _("{key} lists the keys, {palette} finds every action").format(
            key=key("console.help"), palette=key("console.palette")
        ),
        _("To try things without harm: kfdesk demo"),
    )
