"""What a verb is: a function of the screen, and of what was written behind its name if it cares."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kfdesk.tui.main import Main
    from kfdesk.tui.source.source import Source

#: What is left to do beside the event loop's next keys.
Work = Coroutine[Any, Any, Any] | None


def desk_of(main: Main) -> Source:
    """The desk; no verb that needs it is called before it is open."""
    assert main.source is not None
    return main.source
