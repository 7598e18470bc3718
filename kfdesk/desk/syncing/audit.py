"""The proof that nothing was lost: every message on a server, and what became of it in the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.lock import channel_lock
from kfdesk.desk.syncing.sync import chosen
from kfdesk.errors import FetchError, SecretError
from kfdesk.fetchers import connect
from kfdesk.settings import Channel
from kfdesk.store import channels, origins


@dataclass(slots=True)
class Audit:
    """One channel's count: server = stored + quarantined + deleted, unless something is missing."""

    channel: str
    server: int = 0
    stored: int = 0
    quarantined: int = 0
    deleted: int = 0
    missing: list[str] = field(default_factory=list)
    error: str | None = None

    @property
    def proved(self) -> bool:
        """True where every message of the server is accounted for."""
        return not self.missing and self.error is None

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk sync --audit --json` prints for a channel."""
        return asdict(self)


def audit(desk: Desk, names: Sequence[str] = ()) -> list[Audit]:
    """Count every channel. What is missing is read again by the next sync."""
    return [_audit(desk, channel) for channel in chosen(desk.settings, names)]


def _audit(desk: Desk, channel: Channel) -> Audit:
    result = Audit(channel.name)
    with desk.store.read() as tx:
        cursor = channels.cursor(tx, channel.name)
        known = origins.places(tx, channel.name)
        fates = origins.fates(tx, channel.name)
    fetcher = connect(channel)
    try:
        places = list(fetcher.inventory(cursor))
    except (FetchError, SecretError) as error:
        result.error = str(error)
        return result
    finally:
        fetcher.close()
    result.server = len(places)
    for place in places:
        match fates.get(known.get(place, 0)):
            case None:
                result.missing.append(place)
            case "deleted":
                result.deleted += 1
            case "quarantined":
                result.quarantined += 1
            case _:
                result.stored += 1
    if result.missing:
        with (
            channel_lock(desk.settings.database, channel.name) as mine,
            desk.store.write() as tx,
        ):
            if mine:
                channels.save_cursor(tx, channel.name, {})
    return result
