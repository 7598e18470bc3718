"""An import as it is asked for, checked before anything is read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kfdesk.desk import Desk
from kfdesk.desk.porting.bring import FORMATS
from kfdesk.desk.porting.order import Order
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.rules.names import hint
from kfdesk.rules.tickets import statuses
from kfdesk.text import clean_line


def order(
    desk: Desk,
    format: str,
    path: Path,
    *,
    source: str = "",
    mapping: Iterable[str] = (),
    keep_numbers: bool = False,
    number_field: str = "",
    tag: str = "",
    status: str = "",
    channel: str = "",
    timezone: str = "",
) -> Order:
    """Check what was asked for. UserError where it cannot be."""
    if format not in FORMATS:
        known = (*FORMATS, "jsonl")
        raise UserError(
            _("unknown format “{name}”{hint}").format(name=format, hint=hint(format, known))
        )
    if not path.exists():
        raise UserError(_("there is no file or folder {file}").format(file=path))
    pairs: dict[str, str] = {}
    for pair in mapping:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise UserError(_("--map “{pair}”: write NAME=FIELD").format(pair=pair))
        pairs[clean_line(name)] = clean_line(value)
    fields = [field.name for field in desk.settings.fields]
    if number_field and number_field not in fields:
        raise UserError(
            _("unknown field “{name}”{hint}").format(
                name=number_field, hint=hint(number_field, fields)
            )
        )
    if status:
        statuses.resolve(desk.settings, status)
    channels = [one.name for one in desk.settings.channels]
    if channel and channel not in channels:
        raise UserError(
            _("unknown channel “{name}”{hint}").format(name=channel, hint=hint(channel, channels))
        )
    if format == "mbox" and not channel and len(channels) == 1:
        channel = channels[0]
    try:
        zone = ZoneInfo(timezone or desk.settings.desk.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UserError(_("unknown time zone “{name}”").format(name=timezone)) from error
    return Order(
        format,
        path,
        clean_line(source) or _source(format, path),
        zone,
        pairs,
        keep_numbers,
        number_field,
        clean_line(tag).replace(",", " "),
        channel if format == "mbox" else "",
        status,
    )


def _source(format: str, path: Path) -> str:
    """One desk of a kind there is mostly; tables there are many, and their rows' ids collide."""
    return f"csv-{clean_line(path.stem)}" if format == "csv" else format
