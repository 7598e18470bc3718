"""Writing, and what is asked before it leaves."""

from __future__ import annotations

from kfdesk.actions.action import N_, Action, Scope

COMPOSING: tuple[Action, ...] = (
    Action(
        "compose.review",
        N_("Review, then send"),
        ("ctrl+s", "f2"),
        (Scope.COMPOSER,),
        N_("review and send"),
    ),
    Action(
        "compose.leave",
        N_("Leave; the draft is kept"),
        ("escape",),
        (Scope.COMPOSER,),
        N_("leave, keep the draft"),
    ),
    Action(
        "compose.canned",
        N_("Insert a canned reply"),
        ("ctrl+r",),
        (Scope.COMPOSER,),
        N_("canned replies"),
    ),
    Action("compose.macro", N_("Insert a macro's reply"), ("f7",), (Scope.COMPOSER,)),
    Action(
        "compose.article",
        N_("Insert an article"),
        ("ctrl+k",),
        (Scope.COMPOSER,),
        N_("articles"),
    ),
    Action("compose.keep", N_("Save the text as a canned reply"), ("f6",), (Scope.COMPOSER,)),
    Action("compose.send", N_("Send"), ("y",), (Scope.REVIEW,), N_("send"), listed=False),
    Action(
        "compose.force",
        N_("Send although a colleague is answering (lead, admin)"),
        ("F",),
        (Scope.REVIEW,),
        listed=False,
    ),
    Action(
        "compose.edit",
        N_("Go on writing"),
        ("e", "escape"),
        (Scope.REVIEW,),
        N_("edit"),
        listed=False,
    ),
    Action(
        "compose.abort",
        N_("Do not send; the draft is kept"),
        ("n",),
        (Scope.REVIEW,),
        N_("not now"),
        listed=False,
    ),
)
