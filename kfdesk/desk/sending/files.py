"""Files that go with a letter: from the disk, or from what the desk has already."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kfdesk.desk import Desk
from kfdesk.desk.tickets.show import attachment
from kfdesk.errors import KfdeskError, UserError
from kfdesk.i18n import _
from kfdesk.labels import size as in_words
from kfdesk.model import File
from kfdesk.settings import Channel
from kfdesk.text import clean_line

#: What names a file that the desk has: `attachment:31`.
OURS = "attachment:"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that shall go with a letter, as it is now; `wrong` says why it cannot."""

    given: str
    name: str
    size: int = 0
    wrong: str = ""


def read(path: Path) -> File:
    """Read a file to attach. UserError if it cannot be read."""
    try:
        content = path.expanduser().read_bytes()
    except (OSError, RuntimeError, ValueError) as error:  # no such home; a NUL in the name
        raise UserError(
            _("{file} cannot be attached: {why}").format(
                file=clean_line(str(path)), why=getattr(error, "strerror", None) or error
            )
        ) from error
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return File(clean_line(path.name), kind, content)


def read_all(desk: Desk, given: Sequence[str]) -> list[File]:
    """Read what is to go with a letter; what was left on a server is fetched."""
    return [_ours(desk, one) if one.startswith(OURS) else read(Path(one)) for one in given]


def look(desk: Desk, given: str) -> Enclosed:
    """Tell name and size of a file without reading all of it, or why it cannot go."""
    try:
        if given.startswith(OURS):
            file = _ours(desk, given)
            return Enclosed(given, file.name, len(file.content))
        path = Path(given).expanduser()
        if not path.is_file():
            there = _("it is a folder") if path.is_dir() else _("there is no such file")
            return Enclosed(given, clean_line(path.name or given), wrong=there)
        with path.open("rb"):
            return Enclosed(given, clean_line(path.name), path.stat().st_size)
    except (KfdeskError, OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return Enclosed(given, clean_line(Path(given).name or given), wrong=str(why))


def _ours(desk: Desk, given: str) -> File:
    id = given.removeprefix(OURS)
    if not (id.isascii() and id.isdecimal()):
        raise UserError(_("“{text}” is no attachment of the desk").format(text=clean_line(given)))
    return attachment(desk, int(id))


def check(channel: Channel, sizes: Sequence[int]) -> None:
    """UserError where files of these sizes are more than a mail of the channel may hold."""
    total = sum(sizes) * 4 // 3  # as they travel
    if total > channel.send_limit:
        raise UserError(
            _("the files make a mail of {size}; “{channel}” sends at most {limit}").format(
                size=in_words(total), channel=channel.name, limit=in_words(channel.send_limit)
            )
        )
