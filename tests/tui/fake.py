"""A desk in memory, as the console sees one."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from kfdesk import desk as desks
from kfdesk.desk.sending.head import Head
from kfdesk.desk.sending.notices import Notice
from kfdesk.desk.sending.window import Window
from kfdesk.desk.teamwork.alerts import Heard, News
from kfdesk.desk.why.facts import EventWhy, RuleWhy, Standing, Why
from kfdesk.errors import ConfigError, Conflict, NotFound, QueryError
from kfdesk.model import (
    KEEP,
    Actor,
    Address,
    Attachment,
    By,
    Change,
    Customer,
    Direction,
    Event,
    Message,
    OutboxRow,
    OutboxState,
    Present,
    Priority,
    Status,
    Ticket,
    TicketRow,
)
from kfdesk.settings import Agent, Desk, Settings, Team, Ui, View
from kfdesk.store.tx import Tx
from kfdesk.tui.source.source import Reading

P = ParamSpec("P")
T = TypeVar("T")

NOW = datetime(2026, 11, 11, 6, 30, tzinfo=UTC)

SETTINGS = Settings(
    file=Path("kfdesk.toml"),
    desk=Desk(name="微鲸客服", timezone="Asia/Shanghai"),
    ui=Ui(undo_send=timedelta(seconds=10)),
    teams=(Team("refunds", "退款组"), Team("tech", "Technical")),
    agents=(
        Agent("li.wei", "李伟", "li.wei@example.com", ("refunds",)),
        Agent("wang.fang", "王芳", "wang.fang@example.com"),
        Agent("john", "John Smith", "john@example.com", ("tech",)),
    ),
    views=(View("urgent", "紧急", "priority>=high is:open"), View("mine", "我的", "assignee:me")),
)

_SUBJECTS = (
    ("退款什么时候到账？已经等了七天了", "张伟", "zhang.wei@example.com"),
    ("Where is my parcel? Tracking has not moved since Monday", "Anna Schmidt", "anna@example.org"),
    ("发票抬头开错了,请重新开具增值税专用发票", "北京微鲸科技有限公司", "finance@weijing.example"),
    ("Cannot log in after the update", "Jean-Luc Moreau", "jl.moreau@example.fr"),
    ("商品有破损，要求换货", "陈晓明", "chen.xm@example.com"),
    ("Re: Invoice 2026-1187", "Accounts Payable", "ap@bigbuyer.example"),
    ("お届け先の変更について", "田中 太郎", "tanaka@example.jp"),
    ("Feature request: export to CSV", "Priya Natarajan", "priya@example.in"),
)


def row(number: int) -> TicketRow:
    """A ticket made of its number."""
    subject, name, email = _SUBJECTS[number % len(_SUBJECTS)]
    age = timedelta(minutes=(4000 - number) * 7 if number < 4000 else 0)
    return TicketRow(
        number=number,
        subject=subject,
        status=(Status.OPEN, Status.NEW, Status.PENDING, Status.OPEN, Status.HOLD)[number % 5],
        priority=Priority.of_rank((2, 2, 3, 4, 2, 1)[number % 6]),
        channel="email",
        team=("refunds", "tech", "")[number % 3],
        assignee=("li.wei", "", "wang.fang", "john")[number % 4],
        customer=name,
        customer_email=email,
        created_at=NOW - age - timedelta(hours=5),
        updated_at=NOW - age,
        due_at=None,
        message_count=3,
        unread=number % 3 == 0,
        tags=("vip",) if number % 7 == 0 else (),
        version=1,
    )  # fmt: skip


class Inline(Executor):
    """An executor that does it at once."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do it."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 -- whatever it is, the future carries it
            future.set_exception(error)
        return future


def inline(name: str) -> Executor:
    """An executor for tests: no thread, no waiting."""
    return Inline()


class FakeSource:
    """Tickets in a dict; a query is a word of the subject, or `is:open`, or a wrong one."""

    def __init__(self, numbers: Sequence[int] = range(1, 13)) -> None:
        self.rows_by_number: dict[int, TicketRow] = {n: row(n) for n in numbers}
        self.said: dict[int, list[Message]] = {}
        self.drafts: dict[tuple[int, str], str] = {}
        self.heads: dict[tuple[int, str], Head] = {}
        self.outbox: list[OutboxRow] = []
        self.changes: list[tuple[int, Change]] = []
        self.asked: list[str] = []
        self.counted = 0
        self.version = 1
        self.closed = False
        self.before: dict[int, str] = {}
        self.snoozed: dict[int, str] = {}
        self.left: str | None = None
        self.told: list[Notice] = []
        self.settings = SETTINGS
        self.refuses: ConfigError | None = None
        self.attended: tuple[int | None, bool] = (None, False)
        self.colleagues: list[Present] = []
        self.remembered: dict[str, Any] = {}

    def arrive(self, *rows: TicketRow) -> None:
        """A sync in another process has brought tickets, or changed them."""
        self.rows_by_number |= {each.number: each for each in rows}
        self.version += 1

    def ids(self, query: str, limit: int) -> array[int]:
        self.asked.append(query)
        if "wrong:" in query:
            raise QueryError("unknown field “wrong”", query, 1, query.index("wrong:"))
        return array("q", self._found(query)[:limit])

    def _found(self, query: str) -> list[int]:
        words = [word.strip("()") for word in query.split()]
        kept = {
            "is:open": lambda each: each.status not in (Status.SOLVED, Status.CLOSED),
            "is:unread": lambda each: each.unread,
            "sort:": lambda each: each.number > 0,
        }
        checks: list[Callable[[TicketRow], bool]] = [
            next(
                (fits for known, fits in kept.items() if word.startswith(known)),
                lambda each, word=word: word in each.subject,
            )
            for word in words
        ]
        found = [
            number
            for number, each in self.rows_by_number.items()
            if all(fits(each) for fits in checks)
        ]
        return sorted(found, reverse=True)

    def grouped(self, numbers: array[int], by: str) -> tuple[array[int], array[int]]:
        groups: dict[str, list[int]] = {}
        for number in numbers:
            each = self.rows_by_number[number]
            groups.setdefault(each.customer if by == "customer" else each.category, []).append(
                number
            )
        starts = accumulate(map(len, groups.values()), initial=0)
        together = [number for group in groups.values() for number in group]
        return array("q", together), array("q", [*starts][:-1])

    def counts(self, queries: Sequence[str]) -> list[int | None]:
        self.counted += 1
        return [len(self._found(q)) if "is:open" in q else None for q in queries]

    def count(self, query: str, most: int) -> int:
        return min(most, len(self._found(query)))

    def words(self, query: str) -> tuple[str, ...]:
        return tuple(word for word in query.split() if ":" not in word)

    def interrupt(self) -> None:
        pass

    def rows(self, numbers: Sequence[int]) -> list[TicketRow]:
        return [self.rows_by_number[n] for n in numbers if n in self.rows_by_number]

    def reading(self, number: int) -> Reading:
        if number not in self.rows_by_number:
            raise NotFound(f"there is no ticket {number}")
        each = self.rows_by_number[number]
        messages = self.said.setdefault(number, conversation(each))
        ticket = Ticket(
            number=number, subject=each.subject, status=each.status, priority=each.priority,
            channel="email", account="support", category="售后/退款", team=each.team,
            assignee=each.assignee,
            customer=Customer(number % 8, each.customer, each.customer_email, ("KA",)),
            tags=each.tags, fields={"订单号": "A100234"}, created_at=each.created_at,
            updated_at=each.updated_at, first_response_due=None, resolve_due=None, breached=False,
            message_count=len(messages), version=each.version,
        )  # fmt: skip
        event = Event(
            1, number, messages[0].at + timedelta(minutes=1), Actor(By.RULE, "Refunds to the team"),
            "updated", {"team": ("", "refunds"), "priority": ("normal", "high")},
        )  # fmt: skip
        outbox = tuple(each for each in self.outbox if each.ticket == number)
        company = tuple(each for each in self.colleagues if each.ticket == number)
        return Reading(ticket, tuple(messages), (event,), outbox, company=company)

    def why(self, number: int) -> Why:
        each = self.rows_by_number[number]
        at = each.created_at
        urgent = RuleWhy(
            "Refunds are urgent", "fired", line=7, when="category:售后/退款",
            changes={"priority": ("normal", "urgent"), "tags": ([], ["refund"])},
        )  # fmt: skip
        others = tuple(
            RuleWhy(f"Rule {n}", "not fired", when="team:tech", condition="team:tech", actual="")
            for n in range(30)
        )
        vip = RuleWhy("大客户", "not fired", condition="customer.group:VIP", actual="KA")
        late = RuleWhy("After it", "suppressed", cause="stop", by=urgent.rule, reason="it ended")
        return Why(
            number, each.subject, NOW,
            (Standing("priority", "urgent", "rule", urgent.rule, at, 1),),
            (
                EventWhy(
                    1, at, each.customer_email, "customer", "created", {"status": (None, "new")},
                    "", "您好，我申请了退款", ((urgent, vip, *others, late),),
                ),
                EventWhy(2, NOW, "li.wei", "agent", "changed", {"assignee": ("", "li.wei")}, ""),
            ),
        )  # fmt: skip

    def draft(self, number: int, kind: str) -> str:
        return self.drafts.get((number, kind), "")

    def drafted(self, numbers: Sequence[int]) -> set[int]:
        return {number for (number, _kind), text in self.drafts.items() if text} & {*numbers}

    def remember(self, changed: Mapping[str, Any]) -> None:
        self.remembered |= changed

    def complete(self, text: str) -> list[str]:
        words = ("status:", "assignee:", "priority:", "is:open", "is:unassigned")
        last = text.split(" ")[-1]
        return [word for word in words if last and word.startswith(last) and word != last]

    def counter(self) -> int:
        return self.version

    def head(self, number: int, kind: str) -> Head:
        return self.heads.get((number, kind), Head())

    def room(self, number: int, account: str) -> Window:
        return Window("support")

    def put_draft(self, number: int, kind: str, text: str, head: Head | None = None) -> None:
        self.drafts[number, kind] = text
        self.heads[number, kind] = head or Head()

    def drop_draft(self, number: int, kind: str, text: str) -> None:
        if self.drafts.get((number, kind)) == text:
            self.put_draft(number, kind, "")

    def opened(self, number: int) -> None:
        self._set(number, unread=False)

    def change(self, number: int, change: Change) -> None:
        self.changes.append((number, change))
        old = self.rows_by_number[number]
        tags = tuple(t for t in old.tags if t not in change.remove_tags) + change.add_tags
        self._set(
            number,
            status=old.status if change.status is KEEP else change.status,
            priority=old.priority if change.priority is KEEP else change.priority,
            tags=tags,
        )

    def assign(self, number: int, who: str, note: str = "") -> None:
        kind, _, name = who.partition(":")
        if who == "back":
            kind, name = "agent", self.before[number]
        self.before[number] = self.rows_by_number[number].assignee
        self._set(number, **{"team" if kind == "team" else "assignee": name})
        if note:
            self.note(number, note)

    def snooze(self, number: int, until: str) -> None:
        self.snoozed[number] = until
        self.version += 1

    def away(self) -> bool:
        return self.left is not None

    def leave(self, until: str) -> None:
        self.left = until

    def return_(self) -> None:
        self.left = None

    def notices(self) -> list[Notice]:
        return self.told

    def news(self, heard: Heard | None) -> News:
        return News(heard or Heard(0, 0))

    def seen(self, ids: Sequence[int]) -> None:
        self.told = [notice for notice in self.told if notice.id not in ids]

    def reload(self, settings: Settings) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.settings = settings

    def attend(self, number: int | None, writing: bool) -> None:
        self.attended = number, writing

    def company(self) -> list[Present]:
        return self.colleagues

    def waiting(self, number: int) -> OutboxRow | None:
        return next((row for row in reversed(self.outbox) if row.ticket == number), None)

    def reply(
        self,
        number: int,
        text: str,
        seen: int | None,
        force: bool = False,
        head: Head | None = None,
        status: str | None = None,
    ) -> OutboxRow | None:
        newest = self.said[number][-1]
        if seen != newest.id:
            raise Conflict("the customer wrote again: read it first")
        row = OutboxRow(
            len(self.outbox) + 1, number, "support", ("a@example.com",), "Re", OutboxState.QUEUED,
            0, NOW + timedelta(seconds=10), "", f"reply-{len(self.outbox)}",
        )  # fmt: skip
        self.outbox.append(row)
        self.said[number].append(
            replace(
                newest, id=newest.id + 1, direction=Direction.OUT, author="li.wei", at=NOW, auto="",
                text=text, cut=len(text), delivery="queued", message_id=row.message_id,
                attachments=(),
            )
        )  # fmt: skip
        self.version += 1
        return row

    def note(self, number: int, text: str) -> None:
        newest = self.said[number][-1]
        self.said[number].append(
            replace(
                newest, id=newest.id + 1, direction=Direction.NOTE, author="li.wei", at=NOW,
                text=text, cut=len(text), auto="", delivery="",
            )
        )  # fmt: skip
        self.version += 1

    def do(self, work: Callable[[desks.Desk, Actor], T]) -> T:
        raise AssertionError("this test needs a real desk")

    def ask(self, work: Callable[[desks.Desk, Actor, Tx], T]) -> T:
        raise AssertionError("this test needs a real desk")

    def close(self) -> None:
        self.closed = True

    def _set(self, number: int, **values: Any) -> None:
        self.rows_by_number[number] = replace(self.rows_by_number[number], **values)
        self.version += 1


def conversation(each: TicketRow) -> list[Message]:
    """A question, an automatic answer, a note, an answer, and a question with a quoted tail."""
    start = each.created_at

    def message(id: int, direction: Direction, author: str, text: str, **more: Any) -> Message:
        values: dict[str, Any] = {
            "author_email": each.customer_email if direction is Direction.IN else "",
            "at": start + timedelta(minutes=20 * id), "subject": each.subject, "cut": len(text),
            "external_id": f"x{each.number}-{id}", "message_id": f"m{each.number}-{id}",
            "to": (Address("", "support@example.com"),), "cc": (), "auto": "", "partial": False,
            "attachments": (), **more,
        }  # fmt: skip
        by = By.CUSTOMER if direction is Direction.IN else By.AGENT
        return Message(id, each.number, direction, by, author, text=text, **values)

    question = (
        "您好，\n\n我在 11 月 3 日申请了退款（订单号 A100234），页面显示“已受理”，"
        "但是到今天已经过了七天，钱还没有退回到我的银行卡。请帮我查一下是哪一步出了问题，谢谢！"
        "\n\nIf you need the receipt, I have attached it as a PDF; the reference number "
        "of the bank is 8842-1190-27.\n"
    )
    again = "还是没有收到，请尽快处理。"
    tail = "\n\n在 2026年11月10日，李伟 写道：\n> 您好，\n> 退款已经提交。\n> 一般三个工作日。\n"
    return [
        message(
            1, Direction.IN, each.customer, question,
            attachments=(Attachment(1, "收据-A100234.pdf", "application/pdf", 182_400, "00"),),
        ),
        message(2, Direction.OUT, "Acknowledge once", "我们已收到您的问题。",
                auto="rule", delivery="sent"),
        message(3, Direction.NOTE, "wang.fang", "银行那边说今天会处理，先不要关闭。"),
        message(4, Direction.OUT, "li.wei", "您好，\n退款已经提交银行。\n一般需要三个工作日。",
                delivery="sent"),
        message(5, Direction.IN, each.customer, again + tail, cut=len(again)),
    ]  # fmt: skip
