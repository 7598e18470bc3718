"""The source's words into this desk's: statuses, priorities, teams, agents, categories, fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kfdesk import labels
from kfdesk.desk.customers import identity
from kfdesk.desk.porting.findings import Findings
from kfdesk.desk.porting.records import Ticket
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Priority, Status
from kfdesk.rules.language.known import Known
from kfdesk.rules.tickets import custom, statuses
from kfdesk.settings import Settings
from kfdesk.text import clean_line, fold

_STATUSES = {
    Status.NEW: "new 新建 尚未受理 未受理 待受理",
    Status.OPEN: "open 受理中 处理中 已受理 进行中 已开启 solving",
    Status.PENDING: "pending 等待回复 待回复 等待客户回复 pendingreminder",
    Status.HOLD: "hold onhold 暂停 挂起 on-hold",
    Status.SOLVED: "solved resolved 已解决 解决 pendingclose 已处理 done",
    Status.CLOSED: "closed 已关闭 关闭 merged",
}
_PRIORITIES = {
    Priority.LOW: "low 低 1low",
    Priority.NORMAL: "normal medium 中 普通 一般 标准 2normal",
    Priority.HIGH: "high 高 3high",
    Priority.URGENT: "urgent critical 紧急 4urgent 非常紧急",
}
_TYPES = {
    "question": "question 问题咨询 咨询 提问",
    "incident": "incident 事故 事件",
    "problem": "problem 故障 问题",
    "task": "task 任务",
}
#: Desks call channels as they like; a ticket's channel here is its medium.
_CHANNELS = {
    "email": "email mail 邮件",
    "phone": "phone voice 电话",
    "chat": "chat messaging webchat 在线客服 livechat",
    "web": "web webform web_form form api 网页 表单",
    "wechat": "wechat 微信 微信公众号",
}
T = TypeVar("T")
GONE = "deleted"  # a ticket that was deleted there has no content left


def _table(words: Mapping[T, str]) -> dict[str, T]:
    return {fold(word): value for value, several in words.items() for word in several.split()}


_STATUS_OF, _PRIORITY_OF = _table(_STATUSES), _table(_PRIORITIES)
_TYPE_OF, _CHANNEL_OF = _table(_TYPES), _table(_CHANNELS)


@dataclass(slots=True)
class Fitted:
    """What a ticket's own words came to. `rest` is what did not fit, for a note; `extra` is what
    there is no place for, for the journal."""

    status: Status = Status.OPEN
    substatus: str = ""
    priority: Priority = Priority.NORMAL
    type: str = ""
    team: str = ""
    category: str = ""
    channel: str = ""
    tags: tuple[str, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)
    rest: list[tuple[str, str]] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)


class Fit:
    """The desk's words, and how to get to them."""

    def __init__(
        self,
        settings: Settings,
        mapping: Mapping[str, str],
        findings: Findings,
        titles: Mapping[str, str],
    ) -> None:
        self._settings = settings
        self.country = identity.country(settings)
        self._findings = findings
        self._titles = titles  # what the source calls its fields for people
        self._mapping = {fold(name): to for name, to in mapping.items()}
        known = Known.of(settings).names
        self._statuses: dict[str, tuple[Status, str]] = {}
        self._teams, self._agents = known["team"], known["agent"]
        self._categories = known["category"]
        self._custom = {
            fold(name): f for f in settings.fields for name in (f.title, f.name) if name
        }
        self._emails = {a.email.lower(): a.name for a in settings.agents if a.email}

    def agent(self, name: str, email: str) -> str:
        """The agent with that address or name; empty where there is none."""
        told = self._mapping.get(fold(f"agent.{name}")) or self._mapping.get(fold(f"agent.{email}"))
        return self._emails.get(email.lower(), "") or self._agents.get(fold(told or name), "")

    def fit(self, ticket: Ticket) -> Fitted:
        """Fit one ticket; what is otherwise than it was is told."""
        found = Fitted(rest=list(ticket.rest), extra=dict(ticket.extra))
        self._status(ticket, found)
        found.priority = self._word(
            ticket, "priority", ticket.priority, _PRIORITY_OF, found.extra
        ) or (Priority.NORMAL)
        found.type = self._word(ticket, "type", ticket.type, _TYPE_OF, found.extra) or ""
        found.channel = _CHANNEL_OF.get(fold(ticket.channel), "") or "manual"
        if ticket.channel and found.channel == "manual":
            found.extra["channel"] = ticket.channel
        group = self._mapping.get(fold(f"team.{ticket.group}"), ticket.group)
        found.team = self._teams.get(fold(group), "")
        if ticket.group and not found.team:
            found.extra["team"] = ticket.group
            self._once(
                ticket, "team", ticket.group, _("there is no such team; kept in the history")
            )
        found.tags = tuple(
            tag for tag in (clean_line(t).replace(",", " ") for t in ticket.tags) if tag
        )
        self._category(ticket, found, ticket.category)
        for name, value in ticket.fields.items():
            self._field(ticket, found, str(name), value)
        return found

    def _status(self, ticket: Ticket, found: Fitted) -> None:
        text = self._mapping.get(fold(f"status.{ticket.status}"), ticket.status)
        if not text:
            return
        try:
            if text not in self._statuses:
                self._statuses[text] = statuses.resolve(self._settings, text)
            found.status, found.substatus = self._statuses[text]
        except UserError:
            plain = _STATUS_OF.get(fold(text).replace(" ", "").replace("_", ""))
            if plain is None:
                found.rest.append(("status", text))
                self._odd(ticket, "status", text, _("there is no such status; it is open now"))
            found.status = plain or Status.OPEN

    def _word(
        self, ticket: Ticket, name: str, text: str, known: Mapping[str, T], extra: dict[str, str]
    ) -> T | None:
        told = self._mapping.get(fold(f"{name}.{text}"), text)
        value = known.get(fold(told).replace(" ", ""))
        if text and value is None:
            reason = _("there is no such {name}; kept in the history").format(
                name=labels.field(name).lower()
            )
            extra[name] = text
            self._once(ticket, name, text, reason)
        return value

    def _category(self, ticket: Ticket, found: Fitted, text: str) -> None:
        if not text:
            return
        text = self._mapping.get(fold(f"category.{text}"), text)
        if (known := self._categories.get(fold(text))) is not None:
            found.category = known
            return
        found.tags = (*found.tags, clean_line(text).replace(",", " "))
        self._once(ticket, "category", text, _("there is no such category; kept as a tag"))

    def _field(self, ticket: Ticket, found: Fitted, name: str, value: object) -> None:
        text = _plain(value)
        if text == "":
            return
        title = self._titles.get(name, "")
        wanted = self._mapping.get(fold(name)) or self._mapping.get(fold(title))
        if wanted == "category":
            self._category(ticket, found, text.replace("::", "/").replace(">", "/"))
        elif wanted == "tags":
            found.tags = (*found.tags, *(t.strip() for t in text.split(",") if t.strip()))
        elif known := self._custom.get(fold((wanted or name).removeprefix("field."))) or (
            self._custom.get(fold(title)) if title and not wanted else None
        ):
            try:
                found.fields[known.name] = custom.read(known, text)
            except custom.DoesNotFit as error:
                found.rest.append((known.title or known.name, text))
                reason = _("it does not fit: expected {what}; kept in a note").format(what=error)
                self._odd(ticket, known.name, text, reason)
        else:
            label = title or name
            found.extra[label] = text
            reason = _("there is no such field; kept in the history of each ticket")
            self._once(ticket, label, "", reason)

    def _odd(self, ticket: Ticket, field: str, value: str, reason: str) -> None:
        self._findings.add(
            "changed", ticket.spot, reason, kind="ticket", key=ticket.key, field=field, value=value
        )

    def _once(self, ticket: Ticket, field: str, value: str, reason: str) -> None:
        self._findings.add(
            "changed", ticket.spot, reason,
            kind="ticket", key=ticket.key, field=field, value=value, once=True,
        )  # fmt: skip


def _plain(value: object) -> str:
    """A value of a field as text: a list with commas, yes and no in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return clean_line(str(value.get("name") or value.get("value") or ""))[:1000]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(filter(None, (_plain(one) for one in list(value)[:100])))
    return clean_line(str(value)[:10_000])
