"""The one registry of what a person can do.

Key bindings, footer, help, palette, `:` line and docs/keys.md all read it, so that there is no
second notion of an action. `python -m kfdesk.actions docs/keys.md` writes the documentation.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kfdesk.errors import UserError
from kfdesk.i18n import _


def N_(message: str) -> str:  # noqa: N802 -- gettext's name for "to be translated at run time"
    """Mark a text for translation without translating it yet."""
    return message


class Scope(StrEnum):
    """Where a key works."""

    GLOBAL = "global"
    QUEUE = "queue"
    CONVERSATION = "conversation"
    COMPOSER = "composer"
    REVIEW = "review"

    @property
    def words(self) -> str:
        """The scope in words."""
        return _(_SCOPE_TITLES[self])


_SCOPE_TITLES = {
    Scope.GLOBAL: N_("Everywhere"),
    Scope.QUEUE: N_("Queue"),
    Scope.CONVERSATION: N_("Conversation"),
    Scope.COMPOSER: N_("Composer"),
    Scope.REVIEW: N_("Before sending"),
}
_READ = (Scope.QUEUE, Scope.CONVERSATION)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do; `hint` names it in the footer, where there is room for a word."""

    id: str
    message: str
    keys: tuple[str, ...]
    scopes: tuple[Scope, ...]
    hint_message: str = ""
    aliases: tuple[str, ...] = ()
    argument: str = ""  # what may follow on the `:` line
    undoable: bool = False
    listed: bool = True  # in the palette: a movement is for keys alone
    key_is_argument: bool = False

    @property
    def title(self) -> str:
        """The action in words."""
        return _(self.message)

    @property
    def hint(self) -> str:
        """The action in a word or two, for the footer; empty if it is not shown there."""
        return _(self.hint_message) if self.hint_message else ""


def _move(name: str, message: str, *keys: str) -> Action:
    return Action(f"move.{name}", message, keys, _READ, listed=False)


ACTIONS: tuple[Action, ...] = (
    Action("ticket.open", N_("Open the ticket"), ("enter",), (Scope.QUEUE,), N_("open"), ("open",)),
    Action("ticket.reply", N_("Reply to the customer"), ("r",), _READ, N_("reply"), ("reply",)),
    Action("ticket.note", N_("Write an internal note"), ("c",), _READ, N_("note"), ("note",)),
    Action(
        "ticket.assign",
        N_("Assign to an agent or a team"),
        ("a",),
        _READ,
        N_("assign"),
        ("assign",),
        "AGENT",
        undoable=True,
    ),
    Action(
        "ticket.transfer",
        N_("Pass on, with a note"),
        ("t",),
        _READ,
        "",
        ("transfer",),
        "AGENT NOTE",
        undoable=True,
    ),
    Action("ticket.back", N_("Give it back to whom it came from"), ("B",), _READ, "", ("back",)),
    Action("ticket.follow", N_("Follow or unfollow"), ("W",), _READ, "", ("follow", "unfollow")),
    Action(
        "ticket.side",
        N_("Start a side conversation"),
        ("S",),
        _READ,
        "",
        ("side", "ask"),
        "WHO SUBJECT",
    ),
    Action("side.close", N_("Close the side conversation"), (), (Scope.CONVERSATION,)),
    Action(
        "ticket.collaborator",
        N_("Add or remove a collaborator"),
        (),
        _READ,
        "",
        ("cc", "collaborator"),
        "[-]ADDRESS",
        undoable=True,
    ),
    Action(
        "queue.filter",
        N_("Filter with a query"),
        ("slash",),
        _READ,
        N_("filter"),
        ("filter",),
        "QUERY",
    ),
    Action(
        "ticket.status",
        N_("Set the status"),
        ("s",),
        _READ,
        N_("status"),
        ("status",),
        "STATUS",
        undoable=True,
    ),
    Action(
        "ticket.priority",
        N_("Set the priority"),
        ("p",),
        _READ,
        N_("priority"),
        ("priority",),
        "PRIORITY",
        undoable=True,
    ),
    Action(
        "ticket.tags",
        N_("Change the tags"),
        ("L",),
        _READ,
        N_("tags"),
        ("tags", "tag", "label"),
        "TAG -TAG",
        undoable=True,
    ),
    Action(
        "ticket.snooze",
        N_("Put aside for a while"),
        ("b",),
        _READ,
        "",
        ("snooze",),
        "3d",
        undoable=True,
    ),
    Action(
        "ticket.macro",
        N_("Apply a macro"),
        ("m",),
        _READ,
        "",
        ("macro",),
        "NAME",
        undoable=True,
    ),
    Action(
        "ticket.article", N_("Answer with an article"), ("ctrl+k",), _READ, "", ("kb",), "WORDS"
    ),
    Action(
        "ticket.similar",
        N_("Show similar tickets"),
        ("equals_sign",),
        _READ,
        "",
        ("similar",),
    ),
    Action("ticket.why", N_("Say why the ticket is as it is"), ("w",), _READ, N_("why"), ("why",)),
    Action(
        "customer.card",
        N_("Show the customer's card"),
        ("I",),
        _READ,
        "",
        ("customer",),
    ),
    Action("ticket.solve", N_("Solve"), ("e",), _READ, N_("solve"), ("solve",), undoable=True),
    Action("ticket.close", N_("Close"), ("x",), _READ, "", ("close",), undoable=True),
    Action("ticket.reopen", N_("Reopen"), ("X",), _READ, "", ("reopen",), undoable=True),
    Action(
        "ticket.fields", N_("Fill in the fields"), ("F",), _READ, "", ("fields",), undoable=True
    ),
    Action("ticket.new", N_("Open a new ticket"), ("C",), _READ, "", ("new",), "FORM"),
    Action(
        "ticket.spent",
        N_("Write down time spent"),
        ("T",),
        _READ,
        "",
        ("spent",),
        "25m NOTE",
        undoable=True,
    ),
    Action(
        "ticket.spam",
        N_("Mark as spam, or as no spam"),
        ("exclamation_mark",),
        _READ,
        "",
        ("spam", "ham"),
        undoable=True,
    ),
    Action("ticket.release", N_("Release from quarantine"), (), _READ, "", ("release",)),
    Action(
        "ticket.link",
        N_("Link with another ticket"),
        (),
        _READ,
        "",
        ("link",),
        "parent 12",
        undoable=True,
    ),
    Action(
        "ticket.unlink",
        N_("Unlink from another ticket"),
        (),
        _READ,
        "",
        ("unlink",),
        "12",
        undoable=True,
    ),
    Action("ticket.copy", N_("Copy number and subject"), ("y",), (Scope.QUEUE,), "", ("copy",)),
    Action("message.copy", N_("Copy the message's text"), ("y",), (Scope.CONVERSATION,)),
    Action(
        "message.unfold",
        N_("Show or fold quoted text"),
        ("z",),
        (Scope.CONVERSATION,),
        N_("quoted"),
    ),
    Action(
        "message.next",
        N_("Next message"),
        ("right_curly_bracket",),
        (Scope.CONVERSATION,),
        listed=False,
    ),
    Action(
        "message.previous",
        N_("Previous message"),
        ("left_curly_bracket",),
        (Scope.CONVERSATION,),
        listed=False,
    ),
    Action("ticket.next", N_("Next ticket"), ("J",), _READ, listed=False),
    Action("ticket.previous", N_("Previous ticket"), ("K",), _READ, listed=False),
    Action("change.undo", N_("Undo the last change"), ("u",), _READ, N_("undo"), ("undo",)),
    Action("change.redo", N_("Redo what was undone"), ("U",), _READ, "", ("redo",)),
    Action(
        "ticket.merge",
        N_("Merge into another ticket"),
        ("M",),
        _READ,
        "",
        ("merge",),
        "NUMBER",
        undoable=True,
    ),
    Action(
        "ticket.unmerge",
        N_("Un-merge a ticket"),
        (),
        _READ,
        "",
        ("unmerge",),
        "ID,ID",
        undoable=True,
    ),
    Action("ticket.delete", N_("Delete"), ("D",), _READ, "", ("delete",), undoable=True),
    Action("ticket.restore", N_("Restore a deleted ticket"), (), _READ, "", ("restore",), "NUMBER"),
    Action(
        "message.split",
        N_("Split the message off as a new ticket"),
        (),
        (Scope.CONVERSATION,),
        "",
        ("split",),
        "SUBJECT",
        undoable=True,
    ),
    Action(
        "message.move",
        N_("Move the message to another ticket"),
        (),
        (Scope.CONVERSATION,),
        "",
        ("move",),
        "NUMBER",
        undoable=True,
    ),
    Action("queue.mark", N_("Mark or unmark"), ("space",), (Scope.QUEUE,)),
    Action("queue.range", N_("Mark a range: begin it, end it"), ("v",), (Scope.QUEUE,)),
    Action("queue.all", N_("Mark all of the query, or none"), ("asterisk",), (Scope.QUEUE,)),
    Action(
        "queue.bulk",
        N_("Change the marked tickets in bulk"),
        (),
        _READ,
        "",
        ("bulk",),
        "set FIELD=VALUE",
        undoable=True,
    ),
    _move("down", N_("Down"), "j", "down"),
    _move("up", N_("Up"), "k", "up"),
    _move("page_down", N_("Page down"), "pagedown", "ctrl+f"),
    _move("page_up", N_("Page up"), "pageup", "ctrl+b"),
    _move("half_down", N_("Half a page down"), "ctrl+d"),
    _move("half_up", N_("Half a page up"), "ctrl+u"),
    _move("first", N_("First"), "g", "home"),
    _move("last", N_("Last"), "G", "end"),
    Action(
        "view.show",
        N_("Show a view by its number"),
        tuple("0123456789"),
        _READ,
        "",
        ("view",),
        "NUMBER",
        listed=False,
        key_is_argument=True,
    ),
    Action("view.next", N_("Next view"), ("right_square_bracket",), _READ),
    Action("view.previous", N_("Previous view"), ("left_square_bracket",), _READ),
    Action("pane.next", N_("Next pane"), ("tab",), _READ, listed=False),
    Action("pane.previous", N_("Previous pane"), ("shift+tab",), _READ, listed=False),
    Action("pane.facts", N_("Show or hide customer and ticket facts"), ("i",), _READ),
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
    Action("console.back", N_("Back"), ("escape",), _READ, N_("back"), listed=False),
    Action("console.close", N_("Back; at the top, quit"), ("q",), _READ, listed=False),
    Action("agent.away", N_("Go away, or come back"), ("O",), _READ, "", ("away",), "3h"),
    Action("console.sync", N_("Sync now, and take in new tickets"), ("R",), _READ, "", ("sync",)),
    Action("console.command", N_("Command line"), ("colon",), _READ),
    Action("console.palette", N_("Find an action"), ("ctrl+p",), (Scope.GLOBAL,), N_("actions")),
    Action("console.help", N_("Help"), ("question_mark",), _READ, N_("help"), ("help",)),
    Action("console.quit", N_("Quit"), ("ctrl+q",), (Scope.GLOBAL,), "", ("quit", "q")),
)
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

NAMES = {
    "/": "slash",
    ":": "colon",
    "?": "question_mark",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "{": "left_curly_bracket",
    "}": "right_curly_bracket",
    ".": "full_stop",
    ",": "comma",
    "-": "minus",
    "+": "plus",
    "*": "asterisk",
    "esc": "escape",
    "_": "underscore",
    "=": "equals_sign",
    ";": "semicolon",
    "'": "apostrophe",
    "!": "exclamation_mark",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "return": "enter",
    " ": "space",
}
_SHOWN = {
    **{name: key for key, name in NAMES.items() if len(key) == 1 and key != " "},
    "escape": "Esc", "enter": "Enter", "tab": "Tab", "shift+tab": "Shift+Tab", "space": "Space",
    "up": "↑", "down": "↓", "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End",
}  # fmt: skip


def shown(key: str) -> str:
    """A key as it is printed: `^P`, `Esc`, `/`."""
    if key in _SHOWN:
        return _SHOWN[key]
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+").upper()
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key


def find(name: str) -> Action:
    """Return the action with that id or alias; UserError with the nearest one."""
    for action in ACTIONS:
        if name == action.id or name in action.aliases:
            return action
    known = [*BY_ID, *(alias for action in ACTIONS for alias in action.aliases)]
    near = difflib.get_close_matches(name, known, 1)
    if near:
        raise UserError(
            _("there is no command “{name}”; did you mean “{near}”?").format(
                name=name, near=near[0]
            )
        )
    raise UserError(_("there is no command “{name}”; ^P lists them").format(name=name))


def document(actions: Iterable[Action] = ACTIONS) -> str:
    """Return docs/keys.md: a table of keys for each scope, those of several scopes said once."""
    lines = [
        "# Keys",
        "",
        "Written by `python -m kfdesk.actions docs/keys.md` from `kfdesk/actions.py`; change a key",
        'under `[ui] keys` by the action\'s id: `keys = { "ticket.assign" = "A" }`.',
        "`:` takes the id or an alias, with an argument where one is named.",
    ]
    groups: dict[tuple[Scope, ...], list[Action]] = {}
    for action in actions:
        groups.setdefault(action.scopes, []).append(action)
    for scopes, members in groups.items():
        lines += ["", f"## {' and '.join(scope.words for scope in scopes)}", ""]
        lines += ["| keys | does | action | `:` |", "| --- | --- | --- | --- |"]
        for action in members:
            keys = " ".join(f"`{shown(key)}`" for key in action.keys)
            command = ", ".join(
                f"`{' '.join(filter(None, (name, action.argument)))}`" for name in action.aliases
            )
            lines.append(f"| {keys} | {action.title} | `{action.id}` | {command} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
