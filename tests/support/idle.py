"""When the console under test has nothing left to do: Textual asks it at every key."""

from __future__ import annotations

from asyncio import sleep
from time import monotonic, process_time

_LOOK = 1 / 250
_BUSY = _LOOK / 4
_TURNS = 10


async def idle(min_sleep: float = 1 / 50, max_sleep: float = 1) -> None:
    """Wait until the process rests, as Textual does, but look five times as often.

    A machine with other work may have let us rest for the whole of the look: so what stands ready
    gets its turns before we believe it.
    """
    begun = monotonic()
    while (waited := monotonic() - begun) < max_sleep:
        before = process_time()
        await sleep(_LOOK)
        for _turn in range(_TURNS):
            await sleep(0)
        if waited + _LOOK > min_sleep and process_time() - before < _BUSY:
            return
