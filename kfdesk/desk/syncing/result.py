"""What a sync came to, channel by channel: the object that `kfdesk sync --json` prints."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from kfdesk.desk.timing.due import Swept
from kfdesk.errors import Trouble
from kfdesk.model import Batch

if TYPE_CHECKING:
    from kfdesk.desk.incoming.ingest import Ingested
    from kfdesk.desk.sending.outbox import Delivered


@dataclass(slots=True)
class ChannelResult:
    """What one channel's sync came to; the names are those of the JSON."""

    channel: str
    pulled: int = 0
    new_tickets: int = 0
    messages: int = 0
    duplicates: int = 0
    quarantined: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    error: str | None = None
    skipped: bool = False  # another process was at it
    kind: Trouble = ""  # what kind of failure the error is
    again_in: float | None = None  # seconds until it is tried again, where somebody stays

    def count(self, batch: Batch, done: Ingested) -> None:
        """Count a batch in."""
        self.pulled += len(batch.items)
        self.new_tickets += done.new_tickets
        self.messages += done.messages
        self.duplicates += done.duplicates
        self.quarantined += done.quarantined

    def left(self, done: Delivered) -> None:
        """Count in what was sent."""
        self.sent += done.sent
        self.failed += done.failed
        self.unknown += done.unknown
        if done.error and not self.error:
            self.error, self.kind = done.error, done.kind


@dataclass(slots=True)
class SyncResult:
    """What a sync came to."""

    channels: list[ChannelResult] = field(default_factory=list)
    schedules: Swept = field(default_factory=Swept)
    error: str | None = None  # what kept time's work from being done; the mail does not wait for it
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0, or 3 where a channel or the schedules failed."""
        return 3 if self.error or any(result.error for result in self.channels) else 0

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk sync --json` prints."""
        return {
            "channels": [asdict(result) for result in self.channels],
            "schedules": asdict(self.schedules) | ({"error": self.error} if self.error else {}),
            "seconds": round(self.seconds, 3),
        }
