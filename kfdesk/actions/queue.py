"""Which tickets are listed, and which of them are marked."""

from __future__ import annotations

from kfdesk.actions.action import N_, READ, Action, Scope

QUEUE: tuple[Action, ...] = (
    Action(
        "queue.filter",
        N_("Filter with a query"),
        ("slash",),
        READ,
        N_("filter"),
        ("filter",),
        "QUERY",
    ),
    Action("queue.mark", N_("Mark or unmark"), ("space",), (Scope.QUEUE,)),
    Action("queue.range", N_("Mark a range: begin it, end it"), ("v",), (Scope.QUEUE,)),
    Action("queue.all", N_("Mark all of the query, or none"), ("asterisk",), (Scope.QUEUE,)),
    Action(
        "queue.bulk",
        N_("Change the marked tickets in bulk"),
        (),
        READ,
        "",
        ("bulk",),
        "set FIELD=VALUE",
        undoable=True,
    ),
    Action(
        "view.show",
        N_("Show a view by its number"),
        tuple("0123456789"),
        READ,
        "",
        ("view",),
        "NUMBER",
        listed=False,
        key_is_argument=True,
    ),
    Action("view.next", N_("Next view"), ("right_square_bracket",), READ),
    Action("view.previous", N_("Previous view"), ("left_square_bracket",), READ),
)
