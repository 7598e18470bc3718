"""What a channel still lets be said: how long it may be, until when, how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.errors import UserError
from kfdesk.fetchers import Capabilities, capabilities
from kfdesk.i18n import _, ngettext
from kfdesk.settings import Channel
from kfdesk.store import answering
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Window:
    """The room for one answer: nothing is said where a channel knows no such limit."""

    channel: str
    longest: int = 0
    until: datetime | None = None
    left: int | None = None  # answers to the newest message

    def refusal(self, length: int, now: datetime, zone: ZoneInfo) -> str:
        """Why an answer of so many characters cannot go now; empty where it can."""
        if self.until is not None and now >= self.until:
            return _(
                "“{channel}” took answers until {time}; the customer has to write again first"
            ).format(channel=self.channel, time=f"{self.until.astimezone(zone):%Y-%m-%d %H:%M}")
        if self.left == 0:
            return _(
                "“{channel}” takes no further answer to the customer's last message; they have to "
                "write again first"
            ).format(channel=self.channel)
        if self.longest and length > self.longest:
            over = length - self.longest
            return ngettext(
                "the answer is {n} character longer than “{channel}” takes",
                "the answer is {n} characters longer than “{channel}” takes",
                over,
            ).format(n=over, channel=self.channel)
        return ""


def window(tx: Tx, channel: Channel, state: State) -> Window:
    """Return the room that a channel leaves for answering a ticket."""
    can = capabilities(channel)
    if not (can.longest or can.reply_window or can.replies_per_message):
        return Window(channel.name)
    asked = answering.newest_inbound_of(tx, [state.id]).get(state.id)
    if asked is None:
        return Window(channel.name, can.longest)
    until = asked.came_at + can.reply_window if can.reply_window is not None else None
    return Window(channel.name, can.longest, until, _left(tx, can, asked))


def _left(tx: Tx, can: Capabilities, asked: answering.Thread) -> int | None:
    if not can.replies_per_message:
        return None
    return max(0, can.replies_per_message - answering.answers_since(tx, asked.ticket_id, asked.id))


def check(tx: Tx, desk: Desk, channel: Channel, state: State, text: str, now: datetime) -> None:
    """UserError where the channel takes no such answer now."""
    room = window(tx, channel, state)
    if why := room.refusal(len(text), now, ZoneInfo(desk.settings.desk.timezone)):
        raise UserError(why)
