"""A way out that leads nowhere: what would be sent is kept in a Maildir (a demo, a rehearsal)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from kfdesk.i18n import _
from kfdesk.model import Health, Outbound, Retry, SendResult, Sent
from kfdesk.paths import private_folder


class Keeper:
    """Writes outgoing mail into a Maildir, under a name made of its key: twice is once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self) -> Health:
        """Say where outgoing mail goes instead."""
        return Health(True, _("outgoing mail is kept in {path}").format(path=self._folder))

    def send(self, outbound: Outbound) -> SendResult:
        """Write the mail."""
        name = f"{sha256(outbound.key.encode()).hexdigest()[:32]}.kept"
        try:
            for part in ("tmp", "new", "cur"):
                private_folder(self._folder / part)
            waiting = self._folder / "tmp" / name
            waiting.write_bytes(outbound.raw)
            waiting.rename(self._folder / "new" / name)
        except OSError as error:
            why = error.strerror or str(error)
            return Retry(_("{path} cannot be written ({why})").format(path=self._folder, why=why))
        return Sent()

    def close(self) -> None:
        """Nothing is held open."""
