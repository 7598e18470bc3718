"""How the channels of a desk stand: what each can do, how its last sync went, what waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.errors import Trouble
from kfdesk.fetchers import Capabilities, capabilities, webhook
from kfdesk.model import OutboxState
from kfdesk.settings import Channel
from kfdesk.store import channels, outbox

#: What calls webhooks can do.
_ABLE = Capabilities(pulls=False)
_OPEN = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.FAILED, OutboxState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Standing:
    """One channel; `waiting` counts what is in the outbox for it, by state."""

    channel: Channel
    can: Capabilities
    synced_at: datetime | None = None
    error: str = ""
    error_at: datetime | None = None
    kind: Trouble = ""
    waiting: Mapping[OutboxState, int] = field(default_factory=dict)


def standing(desk: Desk) -> list[Standing]:
    """Return how each channel stands, and the webhooks where any were called."""
    with desk.store.read() as tx:
        states = channels.states(tx)
        counts = outbox.standing(tx, _OPEN)
    found = []
    for channel in (*desk.settings.channels, webhook.CHANNEL):
        waiting = {state: n for (name, state), n in counts.items() if name == channel.name}
        state = states.get(channel.name)
        if channel is webhook.CHANNEL and not waiting and state is None:
            continue
        can = _ABLE if channel is webhook.CHANNEL else capabilities(channel)
        if state is None:
            found.append(Standing(channel, can, waiting=waiting))
        else:
            found.append(
                Standing(
                    channel, can, state.synced_at, state.error, state.error_at, state.kind, waiting
                )
            )
    return found
