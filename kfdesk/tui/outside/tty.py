"""How a console lives with its terminal: strange bytes do not end it, and its end is in order."""

from __future__ import annotations

import asyncio
import codecs
import os
import signal

from textual.drivers import linux_driver

from kfdesk.tui.outside.modes import as_found


class _Typed(codecs.getincrementaldecoder("utf-8")):  # type: ignore[misc]
    """A mouse of old and a paste in another encoding send bytes that are no UTF-8."""

    def __init__(self) -> None:
        super().__init__("replace")

    def decode(self, data: bytes, final: bool = False) -> str:
        """What the bytes say; EOFError where a terminal that was closed says nothing for ever."""
        if not data and not final:
            raise EOFError
        return str(super().decode(data, final))


linux_driver.getincrementaldecoder = lambda _encoding: _Typed  # type: ignore[assignment, attr-defined]


class TerminalDriver(linux_driver.LinuxDriver):
    """Textual's driver for a terminal that may be closed under it."""

    _gone = False

    def start_application_mode(self) -> None:
        """Begin; whoever ends the program lets it leave as a person would, its draft kept."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self.attrs_before is not None and (found := as_found()) is not None:
            self.attrs_before = found  # not what keys have waited in since the first picture
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._leave)

    def _leave(self) -> None:
        self._gone = not os.isatty(self.fileno)
        self._app.call_later(self._app.action_quit)

    def write(self, data: str) -> None:
        """Write to the terminal, while there is one."""
        if not self._gone:
            super().write(data)

    def run_input_thread(self) -> None:
        """Read keys until the terminal is closed."""
        try:
            super().run_input_thread()
        except (EOFError, OSError):  # it was closed, and no signal has said so
            self._leave()
