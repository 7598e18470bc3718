"""What a person asks to be done to tickets, one or ten thousand: the words of `kfdesk bulk`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, Literal

from kfdesk import number
from kfdesk.desk import Desk
from kfdesk.desk.assigning.passing import target
from kfdesk.desk.tickets.typed import parse as parse_fields
from kfdesk.desk.tickets.typed import snoozed
from kfdesk.errors import ConfigError, Place, UserError
from kfdesk.i18n import _
from kfdesk.model import Change, Status
from kfdesk.rules.actions import Action, Assign, Reply
from kfdesk.rules.macros import Macro
from kfdesk.rules.names import hint
from kfdesk.rules.reading.read_actions import ActionReader
from kfdesk.rules.reading.read_change import joined

Kind = Literal["set", "assign", "reply", "note", "macro", "merge", "delete"]


@dataclass(frozen=True)
class Deed:
    """One thing to do to each of some tickets: actions in order, or what is done to them whole.

    `macro` is the one that the actions are from; `into` the ticket that others are merged into.
    """

    kind: Kind
    actions: tuple[Action, ...] = ()
    macro: Macro | None = None
    into: int = 0

    @property
    def name(self) -> str:
        """What asks for it in the journal: the macro, if it is one."""
        return self.macro.name if self.macro else ""

    @cached_property
    def plain(self) -> Change | None:
        """All that it does as one change, where it does nothing else."""
        if not self.actions or not all(isinstance(one, Change) for one in self.actions):
            return None
        return reduce(joined, (one for one in self.actions if isinstance(one, Change)))

    @property
    def answers(self) -> bool:
        """Whether customers are answered."""
        return any(isinstance(action, Reply) for action in self.actions)


def setting(change: Change) -> Deed:
    """A change of fields."""
    return Deed("set", (change,))


def by_macro(desk: Desk, name: str, me: str) -> Deed:
    """What a macro does. UserError where there is none of that name for this agent."""
    macros = {macro.name: macro for macro in desk.rules.macros}
    macros = {macro.title: macro for macro in desk.rules.macros if macro.title} | macros
    macro = macros.get(name)
    if macro is None:
        near = hint(name, [macro.name for macro in desk.rules.macros])
        raise UserError(_("there is no macro “{name}”{hint}").format(name=name, hint=near))
    if not macro.is_for(desk.scope(me).teams):
        teams = ", ".join(macro.teams)
        text = _("the macro “{name}” is for {teams}, and you are not in that team")
        raise UserError(text.format(name=macro.name, teams=teams))
    return Deed("macro", macro.do, macro)


def parse(desk: Desk, words: Sequence[str], me: str) -> Deed:
    """Read `set status=open tag=+x`, `assign WHO`, `macro NAME`, `note TEXT`, … as it is typed.

    UserError where it is wrong.
    """
    if not words:
        verbs = ", ".join(_VERBS)
        raise UserError(_("say behind -- what to do: {verbs}").format(verbs=verbs))
    verb, *rest = words
    if verb not in _VERBS:
        text = _("“{verb}” is nothing that can be done{hint}")
        raise UserError(text.format(verb=verb, hint=hint(verb, _VERBS, 20)))
    return _VERBS[verb](desk, rest, me)


def _set(desk: Desk, rest: Sequence[str], me: str) -> Deed:
    if not rest:
        raise UserError(_("say what to set: field=value"))
    return setting(parse_fields(desk, rest, me))


def _tag(desk: Desk, rest: Sequence[str], me: str) -> Deed:
    del me
    tags = [word for text in rest for word in text.replace("，", ",").split(",") if word.strip()]
    if not tags:
        raise UserError(_("say which tags: a,-b adds a and removes b"))
    return setting(parse_fields(desk, ["tag=" + ",".join(tags)]))


def _assign(desk: Desk, rest: Sequence[str], me: str) -> Deed:
    who = _one(rest, _("say to whom: an agent, a team, me, none, or route:NAME"))
    if who.startswith("route:"):
        action = _action(desk, "assign", who)
        assert isinstance(action, Assign)
        return Deed("assign", (action,))
    return Deed("assign", (target(desk.settings, who, me),))


def _macro(desk: Desk, rest: Sequence[str], me: str) -> Deed:
    return by_macro(desk, _one(rest, _("name the macro; `kfdesk macros` lists them")), me)


def _note(desk: Desk, rest: Sequence[str], me: str) -> Deed:
    del me
    return Deed("note", (_action(desk, "note", _one(rest, _("say what to note: note 'TEXT'"))),))


def _reply(desk: Desk, rest: Sequence[str], me: str) -> Deed:
    del me
    usage = _("say what to answer: reply 'TEXT', reply --template NAME or reply --article NAME")
    if len(rest) == 2 and rest[0] == "--template":
        return Deed("reply", (_action(desk, "reply", rest[1]),))
    if len(rest) == 2 and rest[0] in ("--article", "--text"):
        return Deed("reply", (_action(desk, "reply", {rest[0].removeprefix("--"): rest[1]}),))
    text = _one(rest, usage)
    if text.startswith("--"):
        raise UserError(usage)
    return Deed("reply", (_action(desk, "reply", {"text": text}),))


def _snooze(desk: Desk, rest: Sequence[str], me: str) -> Deed:
    del me
    until = _one(rest, _("say until when: 3d, 4h, 'mon 09:00', or none"))
    return setting(Change(snoozed_until=snoozed(desk, until)))


def _merge(desk: Desk, rest: Sequence[str], me: str) -> Deed:
    del desk, me
    into = _one(rest, _("say into which ticket: merge NUMBER"))
    return Deed("merge", into=number.read(into))


def _only(deed: Deed) -> Callable[[Desk, Sequence[str], str], Deed]:
    """What takes no further words."""

    def read(_desk: Desk, rest: Sequence[str], _me: str) -> Deed:
        if rest:
            raise UserError(_("“{word}” says nothing here").format(word=rest[0]))
        return deed

    return read


_VERBS: Mapping[str, Callable[[Desk, Sequence[str], str], Deed]] = {
    "set": _set,
    "tag": _tag,
    "assign": _assign,
    "macro": _macro,
    "reply": _reply,
    "note": _note,
    "snooze": _snooze,
    "solve": _only(setting(Change(status=Status.SOLVED))),
    "close": _only(setting(Change(status=Status.CLOSED))),
    "reopen": _only(setting(Change(status=Status.OPEN))),
    "spam": _only(setting(Change(spam=True))),
    "merge": _merge,
    "delete": _only(Deed("delete")),
}


def _one(rest: Sequence[str], usage: str) -> str:
    if len(rest) != 1 or not rest[0].strip():
        raise UserError(usage)
    return rest[0]


def _action(desk: Desk, name: str, value: Any) -> Action:
    """An action as the configuration would say it, with every name in it checked."""
    reader = ActionReader(Place(), desk.settings, desk.known, last=True)
    try:
        action = reader.action(name, name, value)
    except ConfigError as error:
        raise UserError(error.message) from error
    if reader.errors:
        raise UserError(reader.errors[0].message)
    assert action is not None
    return action
