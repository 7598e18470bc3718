"""Moving within a pane and between panes."""

from __future__ import annotations

from kfdesk.actions.action import LOOK, N_, READ, Action, Scope, move

MOVING: tuple[Action, ...] = (
    move("down", N_("Down"), "j", "down"),
    move("up", N_("Up"), "k", "up"),
    move("page_down", N_("Page down"), "pagedown", "ctrl+f"),
    move("page_up", N_("Page up"), "pageup", "ctrl+b"),
    move("half_down", N_("Half a page down"), "ctrl+d"),
    move("half_up", N_("Half a page up"), "ctrl+u"),
    move("first", N_("First"), "g g", "home"),
    move("last", N_("Last"), "G", "end"),
    Action("pane.next", N_("Next pane"), ("tab",), LOOK, listed=False),
    Action("pane.previous", N_("Previous pane"), ("shift+tab",), LOOK, listed=False),
    Action("pane.facts", N_("Show or hide customer and ticket facts"), ("i",), READ),
    Action("pane.grow", N_("Make this pane larger"), ("plus",), READ),
    Action("pane.shrink", N_("Make this pane smaller"), ("underscore",), READ),
    Action("pane.conversation", N_("Show or hide the conversation beside the queue"), ("P",), READ),
    Action("pane.queue", N_("Go to the queue"), ("g q",), LOOK),
    Action(
        "ticket.number",
        N_("Open a ticket by its number"),
        ("number_sign",),
        LOOK,
        "",
        ("go",),
        "12",
    ),
    Action("open.next", N_("Go to the next open ticket"), ("g t", "right_parenthesis"), READ),
    Action(
        "open.previous", N_("Go to the previous open ticket"), ("g T", "left_parenthesis"), READ
    ),
    Action("open.close", N_("Close the ticket: it stays as it is"), ("Q",), (Scope.CONVERSATION,)),
    Action("place.back", N_("Go back to where you were"), ("ctrl+o",), READ),
    Action("place.forward", N_("Go forward again"), ("ctrl+n",), READ),
)
