"""The channels that can send, and which of them answers a ticket."""

from __future__ import annotations

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.settings import Channel, Settings


def sending_channel(settings: Settings, account: str) -> Channel:
    """Return the channel that answers a ticket of `account`: its own, else the first that sends."""
    if (channel := able_channel(settings, account)) is None:
        raise UserError(_("no channel can send; give one of them `smtp` in the configuration"))
    return channel


def able_channel(settings: Settings, account: str) -> Channel | None:
    """Return the same, or None where no channel sends."""
    able = able_channels(settings)
    return next((c for c in able if c.name == account), able[0] if able else None)


def able_channels(settings: Settings) -> list[Channel]:
    """Return the channels that can send."""
    return [c for c in settings.channels if c.smtp is not None or c.outbox_path is not None]
