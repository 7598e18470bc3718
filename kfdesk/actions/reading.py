"""Reading a conversation: finding in it, folding, and what is in its messages."""

from __future__ import annotations

from kfdesk.actions.action import N_, Action, Scope

_HERE = (Scope.CONVERSATION,)

READING: tuple[Action, ...] = (
    Action("message.copy", N_("Copy the message's text"), ("y",), _HERE),
    Action("link.copy", N_("Copy a link"), ("Y",), _HERE),
    Action(
        "message.open",
        N_("Open a link or a file of the message"),
        ("o",),
        _HERE,
        N_("links, files"),
        ("links", "files"),
    ),
    Action(
        "message.unfold",
        N_("Show or fold quotes and signatures of the messages in view"),
        ("z",),
        _HERE,
        N_("quoted"),
    ),
    Action("conversation.unfold", N_("Show or fold all quotes and signatures"), ("Z",), _HERE),
    Action(
        "conversation.find",
        N_("Find in the conversation"),
        ("slash",),
        _HERE,
        N_("find"),
        ("find",),
        "WORDS",
    ),
    Action("conversation.next", N_("Next hit"), ("n",), _HERE, listed=False),
    Action("conversation.previous", N_("Previous hit"), ("N",), _HERE, listed=False),
    Action(
        "conversation.steps",
        N_("Show or hide the timeline of all steps"),
        ("l",),
        _HERE,
        N_("steps"),
        ("steps",),
    ),
    Action("message.source", N_("Show the raw source of the message"), ("E",), _HERE, "", ("raw",)),
    Action("message.next", N_("Next message"), ("right_curly_bracket",), _HERE, listed=False),
    Action(
        "message.previous", N_("Previous message"), ("left_curly_bracket",), _HERE, listed=False
    ),
    Action("find.next", N_("Next hit"), ("n",), (Scope.SOURCE,), N_("next hit"), listed=False),
    Action("find.previous", N_("Previous hit"), ("N",), (Scope.SOURCE,), listed=False),
)
