"""How a console speaks with `kfdesk web`, which shows it in a browser; it ends with it."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

from textual.drivers.web_driver import WebDriver

#: A console whose server has gone has so many seconds to keep what was being written.
_FAREWELL = 10.0


class BrowserDriver(WebDriver):
    """Textual's driver for the web, for a console that outlives neither its page nor its server."""

    def start_application_mode(self) -> None:
        """Begin to speak; from then on the end of the input is the end of the console."""
        self._loop = asyncio.get_running_loop()
        self._write = self._said  # type: ignore[assignment]  # a partial, of os.write
        super().start_application_mode()

    def _said(self, data: bytes) -> int:
        # The reader is gone: the input has ended too, which ends the console in good order.
        with suppress(BrokenPipeError):
            return os.write(self.fileno, data)
        return len(data)

    def run_input_thread(self) -> None:
        """Read until the server says no more, then leave as a person would."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._leave()
            if not self.exit_event.wait(_FAREWELL):
                os._exit(1)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Leave as a person would when the page is closed: the draft is kept."""
        if packet_type == "quit":
            self._leave()
        else:
            super().on_meta(packet_type, payload)

    def _leave(self) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            asyncio.run_coroutine_threadsafe(self._app.action_quit(), self._loop)
