"""Read what a rule does: each action of its `do`, typed, and every name in it checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from kfdesk.config.checks import loopback
from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _
from kfdesk.model import Change
from kfdesk.rules import template
from kfdesk.rules.actions import (
    LINKS,
    Action,
    Assign,
    Collaborator,
    Follow,
    Link,
    Mail,
    Note,
    Notify,
    Progress,
    Reply,
    Snooze,
    Survey,
    Webhook,
)
from kfdesk.rules.assigning.choosing import STRATEGIES
from kfdesk.rules.knowledge import article
from kfdesk.rules.knowledge.article import NoArticle
from kfdesk.rules.names import hint
from kfdesk.rules.reading.read_change import ChangeReader, joined
from kfdesk.rules.timing.schedules import UNTIL
from kfdesk.rules.wording import CSAT, PROGRESS
from kfdesk.settings import Settings, Template
from kfdesk.text import clean, fold

_ADDRESS = re.compile(r"[^\s@<>,]+@[^\s@<>,]+")
_PARTIES = ("customer", "assignee", "team")


def text_errors(text: str, settings: Settings, place: Place) -> list[ConfigError]:
    """What is wrong with a text that is to be filled in, written at a place."""
    known = template.variables(settings)
    return [ConfigError(said, place) for said in template.mistakes(text, known)]


def template_errors(written: Template, settings: Settings) -> list[ConfigError]:
    """What is wrong with a template."""
    return [
        error
        for part, text in (("subject", written.subject), ("text", written.text))
        for error in text_errors(text, settings, written.place.at(part))
    ]


@dataclass
class ActionReader(ChangeReader):
    """Reads the actions of one rule."""

    last: bool = False  # there is nothing behind it that it could stop
    stop: bool = False

    def actions(self, do: Sequence[Mapping[str, Any]]) -> tuple[Action, ...]:
        """The actions in order; changes side by side become one."""
        found: list[Action] = []
        for index, written in enumerate(do):
            for name, value in written.items():
                try:
                    action = self.action(f"do[{index}]", name, value)
                except ConfigError as error:
                    self.errors.append(error)
                    continue
                if isinstance(action, Change) and found and isinstance(found[-1], Change):
                    found[-1] = joined(found[-1], action)
                elif action is not None:
                    found.append(action)
        return tuple(found)

    def action(self, trail: str, name: str, value: Any) -> Action | None:
        """One action; None for one that only says what happens after it."""
        kinds: Mapping[str, Callable[[str, Any], Action | None]] = {
            "set": self.set,
            "tag": lambda key, v: Change(add_tags=self.tags(key, v)),
            "untag": lambda key, v: Change(remove_tags=self.tags(key, v)),
            "assign": self.assign,
            "reply": self.reply,
            "note": lambda key, v: Note(self.filled(key, v)),
            "mail": self.mail,
            "notify": self.notify,
            "webhook": self.webhook,
            "csat": self.survey,
            "progress": self.progress,
            "sla": lambda key, v: Change(sla=self.name_or_none(key, "policy", v)),
            "collaborator": self.collaborator,
            "follow": lambda key, v: Follow(self.who(key, v, _PARTIES[1:], mailed=False)),
            "snooze": self.snooze,
            "link": self.link,
            "stop": self.halt,
        }
        if name not in kinds:
            message = _("unknown action “{name}”{hint}")
            self.fail(trail, message.format(name=name, hint=hint(name, kinds)))
        return kinds[name](f"{trail}.{name}", value)

    def table(self, key: str, value: Any, example: str, *optional: str) -> Mapping[str, Any]:
        """A table with the keys of an example, all of them but the optional ones."""
        wanted = re.findall(r"(\w+) =", example)
        if not isinstance(value, dict):
            self.fail(key, _("expected a table, like {example}").format(example=example))
        for name in value:
            if name not in wanted:
                message = _("unknown key “{name}”{hint}")
                self.fail(f"{key}.{name}", message.format(name=name, hint=hint(name, wanted)))
        for name in wanted:
            if name not in value and name not in optional:
                self.fail(key, _("the key “{key}” is missing").format(key=name))
        return value

    def filled(self, key: str, value: Any) -> str:
        """A text with variables, all of which exist."""
        text = clean(self.text(key, value))
        if wrong := text_errors(text, self.settings, self.place.at(key)):
            raise wrong[0]
        return text

    def template(self, key: str, value: Any) -> str:
        """A template that exists, and so do its variables."""
        name = self.named(key, "template", value)
        for wanted in self.settings.templates:
            if wanted.name == name and (wrong := template_errors(wanted, self.settings)):
                raise wrong[0]
        return name

    def reply(self, key: str, value: Any) -> Reply:
        """A template, `{ article = "shipping/returns" }`, or `{ text = "…" }`."""
        if isinstance(value, dict):
            if "text" in value:
                table = self.table(key, value, '{ text = "…" }')
                return Reply("", text=self.filled(f"{key}.text", table["text"]))
            table = self.table(key, value, '{ article = "shipping/returns" }')
            return Reply("", self.article(f"{key}.article", table["article"]))
        return Reply(self.template(key, value))

    def article(self, key: str, value: Any) -> str:
        """An article of the knowledge base that exists, and that customers may read."""
        name = self.text(key, value)
        try:
            versions = article.versions(self.settings.kb.path, name)
        except NoArticle as error:
            self.fail(key, str(error))
        for one in versions:
            if one.audience == "internal":
                message = _("“{name}” is internal: write audience: public where customers get it")
                self.fail(key, message.format(name=one.name))
        return name

    def assign(self, key: str, value: Any) -> Change | Assign:
        """`agent:NAME`, `team:NAME`, a bare name, `none`, strategies, or `route:NAME`."""
        if isinstance(value, list) and value:
            return Assign(strategies=tuple(self.strategy(key, one) for one in value))
        text = self.text(key, value)
        kind, colon, name = text.partition(":")
        if not colon:
            kind, name = "", text
        agents, teams = self.known.names["agent"], self.known.names["team"]
        if name == "none" and kind in ("", "agent"):
            return Change(assignee="")
        if kind == "team":
            return Change(team=self.name_or_none(key, "team", name))
        if kind == "agent" or (not kind and fold(name) in agents):
            return Change(assignee=self.name_or_none(key, "agent", name))
        if kind == "route":
            return Assign(route=self.named(key, "route", name))
        if not kind and fold(name) in teams:
            return Change(team=teams[fold(name)])
        if name in STRATEGIES and not kind:
            return Assign(strategies=(self.strategy(key, name),))
        heads = ("agent:", "team:", "route:")
        names = dict.fromkeys([*agents.values(), *teams.values(), *sorted(STRATEGIES), *heads])
        message = _("nobody is called “{name}”{hint}")
        near = hint(text, names)
        raise ConfigError(message.format(name=text, hint=near), self.place.at(key))

    def strategy(self, key: str, value: Any) -> str:
        """A way to choose an agent that needs nothing else said."""
        names = [name for name in sorted(STRATEGIES) if name != "source"]
        if value == "source":
            message = _("“source” needs its lines: write a [[route]], and assign = “route:NAME”")
            self.fail(key, message)
        return self.one_of(key, "strategy", value, names)

    def who(self, key: str, value: Any, parties: Sequence[str], mailed: bool) -> str:
        """One of these parties, `agent:NAME`, `team:NAME`, or an address where one is mailed."""
        text = self.text(key, value)
        kind, colon, name = text.partition(":")
        if colon and kind == "team":
            return f"team:{self.named(key, 'team', name)}"
        if colon and kind == "agent":
            return f"agent:{self.agent(key, name, mailed)}"
        if text in parties or (mailed and _ADDRESS.fullmatch(text)):
            return text
        names = [*parties, "agent:NAME", "team:NAME", *(["boss@shop.example"] if mailed else [])]
        message = _("expected one of {names}, not “{found}”")
        said = message.format(names=", ".join(names), found=text)
        raise ConfigError(said, self.place.at(key))

    def agent(self, key: str, value: str, mailed: bool) -> str:
        """An agent; one who is mailed has an address."""
        name = self.named(key, "agent", value)
        if mailed and not any(a.name == name and a.email for a in self.settings.agents):
            message = _("{name} has no address: give the agent an `email`")
            self.fail(key, message.format(name=name))
        return name

    def mail(self, key: str, value: Any) -> Mail:
        """`{ to = "…", template = "…" }`."""
        table = self.table(key, value, '{ to = "assignee", template = "…" }')
        to = self.who(f"{key}.to", table["to"], _PARTIES, mailed=True)
        return Mail(to, self.template(f"{key}.template", table["template"]))

    def notify(self, key: str, value: Any) -> Notify:
        """`{ to = "…", text = "…" }`."""
        table = self.table(key, value, '{ to = "assignee", text = "…" }')
        to = self.who(f"{key}.to", table["to"], _PARTIES[1:], mailed=False)
        return Notify(to, self.filled(f"{key}.text", table["text"]))

    def webhook(self, key: str, value: Any) -> Webhook:
        """`{ url = "https://…", text = "…" }`, or `{ robot = "NAME", text = "…" }`."""
        if isinstance(value, dict) and "robot" in value:
            table = self.table(key, value, '{ robot = "NAME", text = "…" }')
            robot = self.named(f"{key}.robot", "robot", table["robot"])
            return Webhook("", self.filled(f"{key}.text", table["text"]), robot)
        example = '{ url = "https://shop.example/hook", text = "…" }'
        table = self.table(key, value, example, "text")
        url = self.text(f"{key}.url", table["url"])
        if why := _no_hook(url):
            self.fail(f"{key}.url", why)
        return Webhook(url, self.filled(f"{key}.text", table["text"]) if "text" in table else "")

    def survey(self, key: str, value: Any) -> Survey:
        """A template; true for the one that is called “csat”."""
        return Survey(self.template(key, CSAT if value is True else value))

    def progress(self, key: str, value: Any) -> Progress:
        """`{ progress = true }`."""
        if value is not True:
            self.fail(key, _("expected true; the template is the one called “progress”"))
        self.template(key, PROGRESS)
        return Progress()

    def collaborator(self, key: str, value: Any) -> Collaborator:
        """An address, or `agent:NAME`."""
        return Collaborator(self.who(key, value, (), mailed=True))

    def snooze(self, key: str, value: Any) -> Snooze:
        """A length of time, or a time of a day."""
        if not isinstance(value, str) or not UNTIL.fullmatch(value):
            self.fail(key, _('expected a time such as "3d" or "4h", or "day 09:00", "mon 09:00"'))
        return Snooze(value)

    def link(self, key: str, value: Any) -> Link:
        """`{ ticket = 12, kind = "related" }`."""
        table = self.table(key, value, '{ ticket = 12, kind = "related" }', "kind")
        number = table["ticket"]
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            self.fail(f"{key}.ticket", _("expected the number of a ticket"))
        return Link(number, self.one_of(f"{key}.kind", "link", table.get("kind", "related"), LINKS))

    def halt(self, key: str, value: Any) -> None:
        """`{ stop = true }`."""
        if not isinstance(value, bool):
            self.fail(key, _("expected true or false"))
        if self.last:
            self.fail(key, _("it stops nothing that stands behind it: leave “stop” out"))
        self.stop = self.stop or value


def _no_hook(url: str) -> str:
    """Say why an address of the web is none that a ticket may be posted to, if so."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _port = parts.port
    except ValueError as error:
        return _("this is no address of the web: {why}").format(why=error)
    if re.search(r"[\s\x00-\x1f\x7f]", url) or not host or parts.scheme not in ("http", "https"):
        return _("expected an address such as https://shop.example/hook")
    if parts.username is not None or parts.password is not None:
        return _("no user name or password may stand in the address")
    if parts.scheme == "http" and not loopback(host):
        return _("only this machine itself may be reached without TLS: write https://")
    return ""
