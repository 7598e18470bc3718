"""Watching a channel that cannot call: look again, every so often, and stop at once when told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from kfdesk.errors import FetchError, Trouble
from kfdesk.model import Batch, Cursor

_SLICE = 0.5  # seconds within which a stop is heeded
_BACK_OFF = (1.0, 300.0)


class BackOff:
    """How long to wait after failures in a row: twice as long each time."""

    def __init__(self) -> None:
        self._next = _BACK_OFF[0]

    def succeeded(self) -> None:
        """Begin anew."""
        self._next = _BACK_OFF[0]

    def failed(self) -> float:
        """Return the seconds to wait now."""
        seconds, self._next = self._next, min(self._next * 2, _BACK_OFF[1])
        return seconds


def stream(
    pull: Callable[[Cursor], Batch],
    wait: Callable[[float], bool],
    cursor: Cursor,
    stop: threading.Event,
    beat: float,
) -> Iterator[Batch]:
    """Yield what `pull` brings, then whenever `wait` says so; an empty batch at each beat.

    `wait(seconds)` waits so long at most and says whether it is time to pull. What passes by itself
    is tried again, slower each time, and told at each beat; what wants a person is raised.
    """
    back_off = BackOff()
    trouble = ""
    kind: Trouble = ""
    due: float | None = time.monotonic()  # when to pull; None until something calls
    beaten = time.monotonic()
    while not stop.is_set():
        pause = min(_SLICE, beat)
        try:
            if due is None:
                if wait(pause):
                    due = time.monotonic()
                back_off.succeeded()
                trouble = ""
            elif (early := due - time.monotonic()) > 0:
                stop.wait(min(pause, early))
            else:
                batch = pull(cursor)
                due = time.monotonic() if batch.more else None
                changed = bool(batch.items) or batch.cursor != cursor
                cursor = batch.cursor
                trouble = ""
                if changed:
                    beaten = time.monotonic()
                    yield batch
        except FetchError as error:
            if not error.retryable:
                raise
            trouble, kind = str(error), error.kind
            due = time.monotonic() + back_off.failed()
        if time.monotonic() - beaten >= beat:
            beaten = time.monotonic()
            again = max(0.0, due - beaten) if trouble and due is not None else 0.0
            yield Batch((), cursor, trouble=trouble, kind=kind if trouble else "", again_in=again)


def waiter(every: float, stop: threading.Event) -> Callable[[float], bool]:
    """Return a `wait` for channels that are looked at every so many seconds."""
    looked = time.monotonic()

    def wait(seconds: float) -> bool:
        nonlocal looked
        stop.wait(seconds)
        if time.monotonic() - looked < every:
            return False
        looked = time.monotonic()
        return True

    return wait
