"""What is done with a link or a file of a message: opened, saved, copied, a picture shown."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from kfdesk.cells import plain, plain_line
from kfdesk.desk.tickets import show
from kfdesk.desk.tickets.files import keep
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.mail.filename import safe_name
from kfdesk.mail.harmless import refusal
from kfdesk.mail.links import Link, find, whole
from kfdesk.mail.source import html_of
from kfdesk.model import Attachment, File, Message
from kfdesk.pictures import TYPES, small
from kfdesk.tui.lines.content import notify
from kfdesk.tui.outside import programs
from kfdesk.tui.pickers.contents import Contents, Entry
from kfdesk.tui.pickers.saving import Saving
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

_MOST = 300


async def choose(main: Main, *, current: str = "", copying: bool = False) -> None:
    """Let a person choose among the links and files of the messages in view, and do it."""
    known = list(entries(main, files=not copying))
    if not known:
        said = _("no links here") if copying else _("no links or files here")
        notify(main.app, said, "warning")
        return
    title = _("Copy a link") if copying else _("Links and files")
    picker = Contents(title, known, current, copying=copying)
    await main.app.push_screen_wait(picker)
    if picker.wish is None:
        return
    target, what = picker.wish.entry.target, picker.wish.what
    if isinstance(target, Attachment):
        await _with_file(main, target, what)
    else:
        await _with_link(main, target, picker.wish.entry.key, what)


def entries(main: Main, *, files: bool = True) -> Iterator[Entry]:
    """The links and files of the messages in view, those of the message that is read first."""
    for message in main.conversation.near():
        sender = main.who.title(message.author) or message.author_email
        count = 0
        for link in links_of(message):
            count += 1
            yield Entry(f"link:{message.id}:{count}", count, link, sender)
        for file in message.attachments if files else ():
            count += 1
            yield Entry(f"file:{file.id}", count, file, sender)


def links_of(message: Message) -> list[Link]:
    """The links of a message, in the order of their numbers."""
    own, tail = message.text[: message.cut].strip("\n"), message.text[message.cut :].strip("\n")
    lines = (line for text in (own, tail) for line in plain(text).split("\n"))
    return [link for line in lines for link in find(line)][:_MOST]


# --- links


async def _with_link(main: Main, link: Link, key: str, what: str) -> None:
    url = link.url
    if url.endswith("…"):  # the text has the beginning of it alone
        url = await main.threads.read(_whole, main, int(key.split(":")[1]), url)
    far = not main.app.is_web and (programs.is_far() or not programs.opener())
    if what == "copy" or far:
        main.app.copy_to_clipboard(plain_line(url))
        notify(main.app, _("Copied: {address}").format(address=url))
    elif main.app.is_web:
        main.app.open_url(url)
    else:
        programs.open_address(url)
        notify(main.app, _("Opening {host}").format(host=link.host or url))


def _whole(main: Main, message: int, begins: str) -> str:
    raw = desk_of(main).do(lambda desk, _me: show.source(desk, message))
    return whole(html_of(raw), begins)


# --- files


async def _with_file(main: Main, file: Attachment, what: str) -> None:
    if what == "copy":
        main.app.copy_to_clipboard(plain_line(file.name))
        notify(main.app, _("Copied: {address}").format(address=file.name))
        return
    notify(main.app, _("Reading {name} …").format(name=file.name))
    # What was left on the server is fetched: not where the next thing to read would wait for it.
    found = await asyncio.to_thread(
        desk_of(main).do, lambda desk, _me: show.attachment(desk, file.id)
    )
    main.app.clear_notifications()
    if what == "save":
        await save(main, found)
    elif found.type in TYPES and main.follow.thumbnails.wanted and await _pictured(main, found):
        return
    else:
        await _open(main, found)


async def save(main: Main, file: File) -> None:
    """Save a file where a person says."""
    if main.app.is_web:
        main.app.deliver_binary(
            BytesIO(file.content), save_filename=safe_name(file.name), open_method="download"
        )
        return
    name = safe_name(file.name)
    to = await main.app.push_screen_wait(
        Saving(_("Save {name}").format(name=name), f"{_last_folder()}/")
    )
    if to is None:
        return
    path = await asyncio.to_thread(keep, file, to)
    Saving.last = str(path.parent)
    notify(main.app, _("Saved as {path}").format(path=path))


def _last_folder() -> str:
    downloads = Path.home() / "Downloads"
    return Saving.last or str(downloads if downloads.is_dir() else Path.home())


async def _pictured(main: Main, file: File) -> bool:
    """Show a picture over the whole screen; False where it cannot be decoded."""
    from kfdesk.tui.screens.pictured import Pictured

    width, height = main.app.size.width, main.app.size.height - 2
    picture = await asyncio.to_thread(small, file.content, width, height)
    if picture is None:
        return False
    main.app.push_screen(Pictured(main, file, picture))
    return True


async def _open(main: Main, file: File) -> None:
    """Open a saved copy with the program that is for it, if that can do no harm."""
    why = refusal(file.name, file.type, file.content)
    if why:
        raise UserError(_("{name} is not opened: {why}").format(name=file.name, why=why))
    if main.app.is_web:  # the browser says what becomes of it
        await save(main, file)
        return
    if programs.is_far() or not programs.opener():
        notify(main.app, _("No desktop here: save {name} instead").format(name=file.name))
        await save(main, file)
        return
    path = await asyncio.to_thread(keep, file, f"{_private()}/")
    programs.open_file(str(path))
    notify(main.app, _("Opening {name}").format(name=file.name))


@cache
def _copies() -> tempfile.TemporaryDirectory[str]:
    """A folder that only this person may read, removed when the console ends."""
    return tempfile.TemporaryDirectory(prefix="kfdesk-")


def _private() -> str:
    return _copies().name
