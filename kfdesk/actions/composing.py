"""Writing, and what is asked before it leaves."""

from __future__ import annotations

from kfdesk.actions.action import N_, Action, Scope

_WRITING = (Scope.COMPOSER,)
_ASKED = (Scope.REVIEW,)

COMPOSING: tuple[Action, ...] = (
    Action(
        "compose.review",
        N_("Review, then send"),
        ("ctrl+s", "f2"),
        _WRITING,
        N_("review and send"),
    ),
    Action(
        "compose.leave",
        N_("Leave; the draft is kept"),
        ("escape",),
        _WRITING,
        N_("leave, keep the draft"),
    ),
    Action("compose.canned", N_("Insert a canned reply"), ("ctrl+r",), _WRITING, N_("replies")),
    Action("compose.attach", N_("Attach a file"), ("ctrl+o",), _WRITING, N_("attach")),
    Action(
        "compose.editor", N_("Write in $EDITOR"), ("ctrl+e",), _WRITING, N_("editor"), local=True
    ),
    Action(
        "compose.preview", N_("Preview exactly what will be sent"), ("f4",), _WRITING, N_("preview")
    ),
    Action("compose.article", N_("Insert an article"), ("ctrl+k",), _WRITING, N_("articles")),
    Action("compose.macro", N_("Insert a macro's reply"), ("f7",), _WRITING),
    Action("compose.account", N_("Choose the account and the signature"), ("f3",), _WRITING),
    Action("compose.spelling", N_("Next word that may be misspelt"), ("f8",), _WRITING),
    Action("compose.keep", N_("Save the text as a canned reply"), ("f6",), _WRITING),
    Action("compose.tall", N_("Enlarge the composer, or shrink it again"), ("ctrl+l",), _WRITING),
    Action("compose.recipients", N_("To, Cc, Bcc, subject"), ("ctrl+t",), _WRITING, N_("to, cc")),
    Action("compose.send", N_("Send"), ("y",), _ASKED, N_("send"), listed=False),
    Action("compose.solve", N_("Send and solve"), ("s",), _ASKED, N_("send, solve"), listed=False),
    Action(
        "compose.next",
        N_("Send, and go to the next ticket"),
        ("N",),
        _ASKED,
        N_("send, next"),
        listed=False,
    ),
    Action(
        "compose.solve_next",
        N_("Send, solve, and go to the next ticket"),
        ("S",),
        _ASKED,
        N_("send, solve, next"),
        listed=False,
    ),
    Action("compose.edit", N_("Go on writing"), ("e", "escape"), _ASKED, N_("edit"), listed=False),
    Action(
        "compose.attach_more",
        N_("Attach a file"),
        ("a",),
        _ASKED,
        N_("attach"),
        listed=False,
    ),
    Action(
        "compose.view",
        N_("Preview exactly what will be sent"),
        ("v",),
        _ASKED,
        N_("view"),
        listed=False,
    ),
    Action(
        "compose.force",
        N_("Send even though a colleague is answering (lead, admin)"),
        ("F",),
        _ASKED,
        listed=False,
    ),
    Action(
        "compose.abort",
        N_("Do not send; the draft is kept"),
        ("n",),
        _ASKED,
        N_("not now"),
        listed=False,
    ),
)
