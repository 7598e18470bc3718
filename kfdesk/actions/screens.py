"""The screens over the panes: how one goes there, and what their keys do."""

from __future__ import annotations

from kfdesk.actions.action import N_, Action, Scope

SCREENS: tuple[Action, ...] = (
    Action("sheet.open", N_("Open what the cursor is on"), ("enter",), (Scope.SHEET,)),
    Action("sheet.find", N_("Find in this screen"), ("slash",), (Scope.SHEET,)),
    Action("confirm.yes", N_("Do it"), ("y", "enter"), (Scope.CONFIRM,), N_("do it"), listed=False),
    Action("confirm.no", N_("Cancel"), ("n",), (Scope.CONFIRM,), N_("cancel"), listed=False),
    Action(
        "why.unfold",
        N_("Show every rule, or group them by reason"),
        ("a",),
        (Scope.WHY,),
        N_("all rules"),
    ),
    Action("why.next", N_("Next event"), ("n", "right_curly_bracket"), (Scope.WHY,), N_("event")),
    Action(
        "why.previous",
        N_("Previous event"),
        ("N", "left_curly_bracket"),
        (Scope.WHY,),
        listed=False,
    ),
)
