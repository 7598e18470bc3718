"""Which part of the past is meant: `30d` back from now, or an instant of the desk's own time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.rules.language.values import NotAValue, length


def instant(text: str, now: datetime, timezone: str) -> datetime:
    """Read `30d`, `2026-11-01` or `2026-11-01T09:00`. UserError where it is none of them."""
    try:
        return now.astimezone(UTC) - length(text)
    except NotAValue:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        message = _("“{text}” is no time; write 30d for the last thirty days, or 2026-11-01T09:00")
        raise UserError(message.format(text=text)) from None
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)
