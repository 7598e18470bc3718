"""A configuration that is read again when its files change, as long as something runs on it.

A file is looked at once it has come to rest: what an editor is still writing is not yet read.
"""

from __future__ import annotations

import os
from pathlib import Path

from kfdesk.config import load, matching
from kfdesk.errors import ConfigError
from kfdesk.settings import Settings

#: A file's time and size; none where there is no file.
Stamp = tuple[int, int, int] | None


class Reloader:
    """Looks whether the files of a configuration have changed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._files = settings.files
        self._included = settings.included
        self._wrong = False
        # What was written since the configuration was read is seen by the first looks.
        self._read: dict[Path, Stamp] = {}
        self._seen: dict[Path, Stamp] = {}

    def look(self) -> Settings | None:
        """Return the configuration where another one stands in its files now; None where not.

        ConfigError where it is wrong, once for each time that the files have changed.
        """
        seen, self._seen = self._seen, self._stamps()
        if self._seen == self._read or self._seen != seen:
            return None
        self._read = self._seen
        try:
            fresh = load(self.settings.file)
        except ConfigError as error:
            self.refuse(error)
            raise
        if (fresh.files, fresh.included) != (self._files, self._included):
            self._files, self._included = fresh.files, fresh.included
            self._read = self._seen = self._stamps()
        if fresh == self.settings and not self._wrong:
            return None
        self.settings, self._wrong = fresh, False
        return fresh

    def refuse(self, error: ConfigError) -> None:
        """The files are wrong: look at them again once they have changed."""
        self._wrong = True
        if error.place.file:
            self._files = (*dict.fromkeys((*self._files, Path(error.place.file).absolute())),)
            self._read = self._seen = self._stamps()

    def _stamps(self) -> dict[Path, Stamp]:
        """What changes when a file is written, or one comes or goes that is included."""
        included = (path for pattern in self._included for path in matching(pattern))
        return {path: _stamp(path) for path in (*self._files, *included)}


def _stamp(path: Path) -> Stamp:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
