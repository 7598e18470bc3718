"""A server that says what a test wrote: for peers that hang, drop, or talk nonsense."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

Script = Callable[["Peer"], None]


class Peer:
    """One connection, as a script sees it."""

    def __init__(self, connection: socket.socket, ended: threading.Event) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = connection
        self._lines = connection.makefile("rb")
        self._ended = ended

    def say(self, *lines: str | bytes) -> None:
        """Send lines."""
        for line in lines:
            self._connection.sendall((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def hear(self) -> str:
        """Return the next line of the client's; nothing when it has gone."""
        return self._lines.readline().decode("utf-8", "replace").rstrip("\r\n")

    def hang(self) -> None:
        """Say nothing until the test ends."""
        self._ended.wait(60)

    def imap(self, answers: dict[str, list[str | bytes]]) -> str:
        """Answer IMAP commands by their first words; return the first that has no answer.

        In an answer `TAG` stands for the command's tag. A command's words are `LOGIN`, `UID FETCH`.
        """
        while line := self.hear():
            tag, _space, command = line.partition(" ")
            words = command.upper().split()
            name = " ".join(words[:2]) if words[0] == "UID" else words[0]
            if name not in answers:
                return command
            for answer in answers[name]:
                text = answer if isinstance(answer, bytes) else answer.encode()
                self.say(text.replace(b"TAG", tag.encode()))
        return ""

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._connection.close()


class Scripted:
    """Listens on a free port and runs the script for each connection."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._listen, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _listen(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:  # closed: the test is over
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        peer = Peer(connection, self._ended)
        try:
            self._script(peer)
        except OSError:  # the client hung up first
            return
        finally:
            peer.close()
