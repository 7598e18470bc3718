"""The linear mode: the desk as a talk in lines, for screen readers, pipes, bare terminals.

Nothing is drawn and nothing moves: a prompt takes the commands of the console's `:` line, from the
same registry, and answers are sentences in reading order.
"""

from __future__ import annotations

from kfdesk.desk import Clock, Desk
from kfdesk.model import Actor
from kfdesk.settings import Settings


def run(settings: Settings, actor: Actor, clock: Clock) -> None:
    """Talk until the person leaves or the input ends."""
    from kfdesk.linear.session import Session
    from kfdesk.linear.talk import talk

    desk = Desk.open(settings, clock)
    try:
        talk(Session(desk, actor))
    finally:
        desk.close()
