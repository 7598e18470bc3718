"""Canned replies in the composer: putting one in, keeping what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.i18n import _
from kfdesk.tui.lines.content import notify
from kfdesk.tui.verbs.kind import Work, desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


async def insert(main: Main) -> None:
    """Let a person choose a reply, and put it where the cursor is."""
    from kfdesk.desk.conversation import canned
    from kfdesk.tui.pickers.replies import Replies

    source, number = desk_of(main), main.composer.number
    offer = await main.threads.read(
        source.do, lambda desk, actor: canned.offer(desk, actor, number)
    )
    chosen: str | None = await main.app.push_screen_wait(Replies(offer))
    if chosen is None:
        return
    name, _break, language = chosen.partition("\n")
    one = next(one for one in offer.replies if (one.name, one.language) == (name, language))
    main.composer.insert(offer.texts[one])
    await main.threads.write(source.do, lambda desk, actor: canned.taken(desk, actor, name))


def keep(main: Main) -> Work:
    """Ask for the name under which what was written is kept."""
    if main.composer.text.strip():
        main.prompt.ask("canned", _("save as:") + " ", "")
    else:
        notify(main.app, _("Nothing is written yet"))
    return None


async def kept(main: Main, name: str) -> None:
    """The name is written: keep it."""
    from kfdesk.desk.conversation import canned

    text = main.composer.text
    if not name.strip():
        return
    one = await main.threads.write(
        desk_of(main).do, lambda desk, actor: canned.save(desk, actor, name, text)
    )
    notify(main.app, _("“{name}” is saved: ^R finds it").format(name=one.name))
