"""What kfdesk itself says to customers, in each of its languages.

These are no texts of the program, which speaks the agents' language: a customer who writes English
to a Chinese desk is told in English how far their ticket has come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from kfdesk.model import Priority, Status
from kfdesk.settings import Language, Template

#: The template that asks how satisfied a customer was, and the one that tells how far a ticket is.
CSAT = "csat"
PROGRESS = "progress"

#: The templates that need not be written; one of the same name in the configuration goes before.
BUILT_IN: tuple[Template, ...] = (
    Template(
        CSAT,
        "[{{ticket.token}}] 您对我们的服务满意吗?",
        """{{customer.name|您}}，您好：

您的问题“{{ticket.subject}}”已经解决。请点一下最符合您感受的一项，并发送弹出的邮件；想多说几句，写在那封邮件里即可。

5 非常满意  {{csat.5}}
4 满意      {{csat.4}}
3 一般      {{csat.3}}
2 不满意    {{csat.2}}
1 非常不满意 {{csat.1}}

{{desk.name}}""",
        language="zh",
    ),
    Template(
        CSAT,
        "[{{ticket.token}}] How did we do?",
        """Hello {{customer.name}},

your question “{{ticket.subject}}” has been solved. Please choose the line that fits best and send
the mail that opens; whatever you want to add can be written into it.

5 very satisfied     {{csat.5}}
4 satisfied          {{csat.4}}
3 neither nor        {{csat.3}}
2 dissatisfied       {{csat.2}}
1 very dissatisfied  {{csat.1}}

{{desk.name}}""",
        language="en",
    ),
    Template(
        PROGRESS,
        "[{{ticket.token}}] 处理进度：{{ticket.status}}",
        """{{customer.name|您}}，您好：

您的问题“{{ticket.subject}}”(编号 {{ticket.token}})目前：{{ticket.status}}。

{{ticket.progress}}

直接回复这封邮件，就能补充情况。

{{desk.name}}""",
        language="zh",
    ),
    Template(
        PROGRESS,
        "[{{ticket.token}}] Your question: {{ticket.status}}",
        """Hello {{customer.name}},

this is how far your question “{{ticket.subject}}” ({{ticket.token}}) has come: {{ticket.status}}.

{{ticket.progress}}

To add something, simply answer this mail.

{{desk.name}}""",
        language="en",
    ),
)

_STATUS: Mapping[Status, Mapping[Language, str]] = {
    Status.NEW: {"zh": "已收到", "en": "received"},
    Status.OPEN: {"zh": "处理中", "en": "in progress"},
    Status.PENDING: {"zh": "等待您回复", "en": "waiting for you"},
    Status.HOLD: {"zh": "暂时搁置", "en": "on hold"},
    Status.SOLVED: {"zh": "已解决", "en": "solved"},
    Status.CLOSED: {"zh": "已关闭", "en": "closed"},
}
_PRIORITY: Mapping[Priority, Mapping[Language, str]] = {
    Priority.LOW: {"zh": "低", "en": "low"},
    Priority.NORMAL: {"zh": "普通", "en": "normal"},
    Priority.HIGH: {"zh": "高", "en": "high"},
    Priority.URGENT: {"zh": "紧急", "en": "urgent"},
}
_STEP: Mapping[str, Mapping[Language, str]] = {
    "received": {"zh": "已收到您的问题", "en": "we have your question"},
    "accepted": {"zh": "已受理", "en": "taken on"},
    "team": {"zh": "已转交专门的团队", "en": "passed on to the team for it"},
    "pending": {"zh": "等待您回复", "en": "waiting for your answer"},
    "hold": {"zh": "暂时搁置", "en": "on hold"},
    "open": {"zh": "继续处理", "en": "in progress again"},
    "solved": {"zh": "已解决", "en": "solved"},
    "closed": {"zh": "已关闭", "en": "closed"},
}
_NAMED: Mapping[str, Mapping[Language, str]] = {
    "accepted": {"zh": "已由{name}受理", "en": "taken on by {name}"},
    "team": {"zh": "已转交{name}", "en": "with {name}"},
}
#: What a mail says that asks how far a ticket has come, and nothing else.
_ASKING = frozenset(
    ("status", "progress", "进度", "查询进度", "查进度", "进度查询", "工单进度", "处理进度",
     "查询工单", "查询工单进度", "到哪一步了", "到哪了", "进展", "工单进展", "处理进展", "查询",
     "状态", "查询状态", "工单状态", "处理状态", "進度", "查詢進度", "進度查詢", "查詢", "狀態")
)  # fmt: skip
_QUESTION = re.compile(
    r"[?？]|吗|请问|怎么|为什么|什么时候|多久|请联系|请回|回电|call me|contact me|please answer",
    re.I,
)
_MARKS = re.compile(r"[\W_]+")
_POLITE = re.compile(
    "您好|你好|谢谢|麻烦|请问|请|帮我|帮忙|我要|我想|一下|我的|hello|hi|please|thanks|thankyou|my|ticket|of"
)
_ASKED_AT_MOST = 60  # characters of a text that only asks that
_HAN = re.compile(r"[\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_WORD = re.compile(r"[A-Za-z]{2,}")


def status(value: Status, language: Language) -> str:
    """Where a ticket stands, as its customer is told."""
    return _STATUS[value][language]


def priority(value: Priority, language: Language) -> str:
    """How soon."""
    return _PRIORITY[value][language]


def step(kind: str, name: str, language: Language) -> str:
    """A step on a ticket's way, with the title of whom it is about if there is one."""
    named = _NAMED.get(kind)
    return named[language].format(name=name) if named and name else _STEP[kind][language]


def moment(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """An instant as a customer reads it."""
    return f"{day(at, zone, language)} {at.astimezone(zone):%H:%M}"


def day(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """A day as a customer reads it."""
    local = at.astimezone(zone)
    if language == "zh":
        return f"{local.year}年{local.month}月{local.day}日"
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


#: `strftime` would go by the locale of the machine.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def yes_or_no(value: bool, language: Language) -> str:
    """A switch, as a word."""
    return _YES_OR_NO[value][language]


_YES_OR_NO: Mapping[bool, Mapping[Language, str]] = {
    True: {"zh": "是", "en": "yes"},
    False: {"zh": "否", "en": "no"},
}


def written_in(text: str) -> Language | None:
    """The language of a text by its letters; None where it may be any."""
    if _KANA.search(text):
        return None
    han, words = len(_HAN.findall(text)), len(_WORD.findall(text))
    if han >= max(1, words / 4):
        return "zh"
    return "en" if words >= 3 and not han else None


def asks_for_progress(text: str) -> bool:
    """Whether a text, without the number that it names, only asks how far a ticket has come."""
    return len(text) <= _ASKED_AT_MOST and _bare(text) in _ASKING


def is_polite(text: str) -> bool:
    """Whether a text says nothing, or nothing but a greeting or thanks."""
    return len(text) <= _ASKED_AT_MOST and not _bare(text)


def _bare(text: str) -> str:
    return _POLITE.sub("", _MARKS.sub("", text.casefold()))


def asks_something(text: str) -> bool:
    """Whether who added these words to a score seems to want an answer."""
    return bool(_QUESTION.search(text[:5000]))


def choose(
    templates: Iterable[Template], name: str, languages: Iterable[Language]
) -> Template | None:
    """Return the template of that name for a reader of these languages, the first one preferred.

    One without a language is for everybody who has none of their own.
    """
    there = [one for one in templates if one.name == name]
    there = there or [one for one in BUILT_IN if one.name == name]
    wanted: list[str] = list(languages)
    for language in [*wanted[:1], "", *wanted[1:]]:
        for one in there:
            if one.language == language:
                return one
    return there[0] if there else None
