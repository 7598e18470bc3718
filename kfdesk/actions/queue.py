"""Which tickets are listed, and which of them are marked."""

from __future__ import annotations

from kfdesk.actions.action import LOOK, N_, READ, Action, Scope

QUEUE: tuple[Action, ...] = (
    Action(
        "queue.filter",
        N_("Filter with a query"),
        ("slash",),
        (Scope.QUEUE,),
        N_("filter"),
        ("filter",),
        "QUERY",
    ),
    Action("queue.sort", N_("Sort the queue"), ("o",), (Scope.QUEUE,), "", ("sort",), "FIELD"),
    Action(
        "queue.group",
        N_("Group by customer, by category, or not"),
        ("Z",),
        (Scope.QUEUE,),
        "",
        ("group",),
    ),
    Action("queue.unread", N_("Next unread ticket"), ("n",), (Scope.QUEUE,)),
    Action("queue.unread_before", N_("Previous unread ticket"), ("N",), (Scope.QUEUE,)),
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
        N_("Show a view by its number or name"),
        tuple("0123456789"),
        (*READ, Scope.VIEWS),
        "",
        ("view",),
        "VIEW",
        listed=False,
        key_is_argument=True,
    ),
    Action("view.next", N_("Next view"), ("right_square_bracket",), (*READ, Scope.VIEWS)),
    Action("view.previous", N_("Previous view"), ("left_square_bracket",), (*READ, Scope.VIEWS)),
    Action("view.go", N_("Go to the views"), ("g v",), LOOK, "", ("views",)),
    Action("view.pane", N_("Show or hide the views"), ("V",), (*READ, Scope.VIEWS)),
    Action(
        "view.choose", N_("Show this view"), ("enter",), (Scope.VIEWS,), N_("show"), listed=False
    ),
)
