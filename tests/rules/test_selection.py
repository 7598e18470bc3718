"""A filter, a trigger and a person reading the query select the same tickets."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from kfdesk.model import Address, By
from kfdesk.rules.language.query import MAX_DEPTH, MAX_TERMS, parse
from kfdesk.settings import Calendar, CustomField, Sla
from kfdesk.store import links
from kfdesk.store.conditions import matching, wave
from kfdesk.store.conditions.probe import probe
from kfdesk.store.tables import SurveyRow
from kfdesk.store.teamwork import parties
from tests.rules.shop import HOUR, NOW, Shop
from tests.rules.shop import settings as shop_settings


@dataclass
class Model:
    """A ticket as a person would describe it."""

    subject: str = "Hello"
    said: tuple[str, ...] = ("hello",)
    status: str = "new"
    priority: int = 2
    category: str = ""
    team: str = ""
    assignee: str = ""
    tags: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    org: str = ""
    email: str = "ann@customer.example"
    name: str = "Ann"
    fields: dict[str, Any] = field(default_factory=dict)
    age: timedelta = HOUR
    idle: timedelta = HOUR
    waiting: timedelta | None = None
    due: timedelta | None = None
    file: bool = False
    auto: str = ""
    unread: bool = True
    sla: str = ""
    csat: int | None = None
    links: tuple[str, ...] = ()  # what the first ticket is to it
    linked: tuple[str, ...] = ()  # what others are to it, by links that they have
    parties: tuple[tuple[str, str], ...] = ()
    snoozed: bool = False


#: Every value that a condition below asks for occurs, and so does its absence.
MODELS = (
    Model(linked=("duplicate", "maybe-here", "child")),
    Model("", (), email="bob@b.example", name=""),
    Model(
        "Refund for A1",
        ("我要退款", "thanks"),
        "open",
        4,
        "售后/退款/七天无理由",
        "refunds",
        "li.wei",
        ("vip", "urgent"),
        ("KA",),
        "微鲸",
        "kim@bigbuyer.example",
        "Kim",
        {"order_no": "A12", "amount": 3},
        50 * HOUR,
        5 * HOUR,
        4 * HOUR,
        HOUR,
        True,
        sla="gold",
        csat=5,
        links=("duplicate", "maybe"),
        parties=(("Bo", "bo@partner.example"), ("", "cy@partner.example")),
    ),
    Model(
        "REFUND",
        ("refund please",),
        "pending",
        3,
        "售后/退款",
        "key accounts",
        "wang.fang",
        ("VIP",),
        (),
        "",
        "lee@bigbuyer.example",
        "Lee Ann",
        {"order_no": "b1", "gift": True, "site": "cn/north/beijing"},
        10 * HOUR,
        HOUR,
        None,
        -HOUR,
        False,
        "Precedence: bulk",
        sla="silver",
        csat=2,
        links=("parent",),
        snoozed=True,
    ),
    Model(
        "退款问题",
        ("first refunds", "退 款", "parcel"),
        "solved",
        1,
        "投诉/物流",
        "refunds",
        "",
        ("done",),
        ("KA", "VIP"),
        "Whale",
        "zoe@c.example",
        "Zoë",
        {"amount": -2.5, "bought": "2026-11-01", "site": "cn"},
        24 * HOUR,
        20 * HOUR,
        None,
        None,
        True,
        "",
        False,
    ),
    Model(
        "hello again",
        ("nothing",),
        "closed",
        2,
        "投诉",
        "",
        "li.wei",
        ("ｖｉｐ",),
        (),
        "微鲸科技",
        "kim@bigbuyer.example",
        "Kim",
        {"order_no": "", "part": "lens", "bought": "2026-12-01"},
        100 * HOUR,
        90 * HOUR,
        3 * HOUR,
        10 * HOUR,
    ),
    Model("Straße", ("STRASSE",), "hold", 2, "售后", "refunds", "wang.fang", (), ("VIP",)),
)


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def words(*phrases: str) -> Callable[[str], bool]:
    """Whether a text has any of these phrases, word by word and Chinese character by character."""

    def split(text: str) -> str:
        spread = "".join(f" {c} " if "一" <= c <= "鿿" else c for c in fold(text))
        return f" {' '.join(''.join(c if c.isalnum() else ' ' for c in spread).split())} "

    return lambda text: any(split(phrase) in split(text) for phrase in phrases)


def groups(m: Model) -> set[str]:
    return {g for other in MODELS if other.email == m.email for g in other.groups}


def org(m: Model) -> str:
    """The one written last counts."""
    return next((o.org for o in reversed(MODELS) if o.email == m.email and o.org), "")


def said(m: Model) -> list[str]:
    """Everything that the index holds of each message."""
    return [f"Ann {m.email} {text}" for text in m.said]


Predicate = Callable[[Model], bool]

TERMS: dict[str, Predicate] = {
    "status:open": lambda m: m.status == "open",
    "status:open,pending": lambda m: m.status in ("open", "pending"),
    "status!=open": lambda m: m.status != "open",
    "is:open": lambda m: m.status in ("new", "open", "pending", "hold"),
    "is:closed": lambda m: m.status in ("solved", "closed"),
    "is:unassigned": lambda m: not m.assignee,
    "is:unread": lambda m: m.unread,
    "is:waiting": lambda m: m.waiting is not None,
    "priority>=high": lambda m: m.priority >= 3,
    "priority:low,urgent": lambda m: m.priority in (1, 4),
    "priority<normal": lambda m: m.priority < 2,
    "category:售后/*": lambda m: m.category.split("/")[0] == "售后",
    "category:售后/退款": lambda m: m.category == "售后/退款",
    "category:none": lambda m: not m.category,
    "category~物流": lambda m: "物流" in m.category,
    "team:refunds": lambda m: m.team == "refunds",
    "team:大客户": lambda m: m.team == "key accounts",
    "team:none,refunds": lambda m: m.team in ("", "refunds"),
    "team~ACC": lambda m: "acc" in m.team,
    "assignee:li.*": lambda m: m.assignee == "li.wei",
    "assignee:none": lambda m: not m.assignee,
    "tag:vip": lambda m: "vip" in map(fold, m.tags),
    "tag:v*,done": lambda m: any(fold(t).startswith("v") or t == "done" for t in m.tags),
    "tag:none": lambda m: not m.tags,
    "tag!=vip": lambda m: "vip" not in map(fold, m.tags),
    'tag~"/^V.P$/i"': lambda m: "vip" in map(fold, m.tags),
    "subject:refund": lambda m: "refund" in fold(m.subject),
    "subject=refund": lambda m: fold(m.subject) == "refund",
    "subject:re*d": lambda m: fold(m.subject).startswith("re") and fold(m.subject).endswith("d"),
    "subject:none": lambda m: not m.subject,
    "subject:strasse": lambda m: fold("straße") in fold(m.subject),
    'subject~"/R.fund|退款/"': lambda m: "Refund" in m.subject or "退款" in m.subject,
    "subject~AGAIN": lambda m: "again" in fold(m.subject),
    "customer:kim": lambda m: "kim" in fold(m.name) or "kim" in m.email,
    "customer.name:ann": lambda m: "ann" in fold(m.name),
    "customer.name:none": lambda m: not m.name,
    "customer.email:*@bigbuyer.example": lambda m: m.email.endswith("@bigbuyer.example"),
    "customer.email:Bob@b.example": lambda m: m.email == "bob@b.example",
    "customer.group:ka": lambda m: "KA" in groups(m),
    "customer.group:none": lambda m: not groups(m),
    "customer.group:KA,VIP": lambda m: bool(groups(m)),
    "org:微鲸": lambda m: "微鲸" in org(m),
    "org:none": lambda m: not org(m),
    "org=whale": lambda m: fold(org(m)) == "whale",
    "field.order_no:A1*": lambda m: fold(str(m.fields.get("order_no") or "")).startswith("a1"),
    "field.order_no:B1": lambda m: fold(m.fields.get("order_no") or "") == "b1",
    "field.order_no:none": lambda m: not m.fields.get("order_no"),
    "field.amount>0": lambda m: m.fields.get("amount", 0) > 0,
    "field.amount<=3": lambda m: "amount" in m.fields and m.fields["amount"] <= 3,
    "field.amount:3,-2.5": lambda m: m.fields.get("amount") in (3, -2.5),
    "field.amount:none": lambda m: "amount" not in m.fields,
    "field.gift:yes": lambda m: bool(m.fields.get("gift")),
    "field.gift:no": lambda m: not m.fields.get("gift"),
    "field.bought<2026-11-15": lambda m: "0" < m.fields.get("bought", "") < "2026-11-15",
    "field.bought:none": lambda m: not m.fields.get("bought"),
    "field.part:lens": lambda m: m.fields.get("part") == "lens",
    "field.amount:-3..3": lambda m: -3 <= m.fields.get("amount", 9) <= 3,
    "field.amount!=0..9": lambda m: not 0 <= m.fields.get("amount", -1) <= 9,
    "field.bought:2026-11": lambda m: m.fields.get("bought", "").startswith("2026-11"),
    "field.bought:2026-11-01..2026-12-01": lambda m: bool(m.fields.get("bought")),
    "field.bought>today": lambda m: m.fields.get("bought", "") > "2026-11-21",
    "field.bought>=2026-12": lambda m: m.fields.get("bought", "") >= "2026-12",
    "field.bought<=2026-11": lambda m: "" < m.fields.get("bought", "") < "2026-12",
    "field.site:cn/*": lambda m: m.fields.get("site", "").split("/")[0] == "cn",
    "field.site:cn/north/*": lambda m: m.fields.get("site") == "cn/north/beijing",
    "field.site:cn": lambda m: m.fields.get("site") == "cn",
    "field.site:none": lambda m: not m.fields.get("site"),
    "category:售后/退款/*": lambda m: m.category.startswith("售后/退款"),
    "sla:gold": lambda m: m.sla == "gold",
    "sla:none,silver": lambda m: m.sla in ("", "silver"),
    "csat:4..5": lambda m: m.csat in (4, 5),
    "csat<3": lambda m: m.csat is not None and m.csat < 3,
    "csat:none": lambda m: m.csat is None,
    "csat:2,none": lambda m: m.csat in (2, None),
    "link:duplicate,parent": lambda m: bool({"duplicate", "parent"} & {*m.links, *m.linked}),
    "link:none": lambda m: not (m.links or m.linked),
    "link:child": lambda m: "child" in m.linked,
    "collaborator:partner.example": lambda m: bool(m.parties),
    "collaborator=bo": lambda m: any(name == "Bo" for name, _email in m.parties),
    "collaborator:none": lambda m: not m.parties,
    'collaborator~"/^cy@/"': lambda m: any(e.startswith("cy@") for _name, e in m.parties),
    "is:snoozed": lambda m: m.snoozed,
    "worktime:office": lambda _m: True,
    "worktime:night": lambda _m: False,
    "worktime:night,office": lambda _m: True,
    "age>1d": lambda m: m.age > 24 * HOUR,
    "age>=1d": lambda m: m.age >= 24 * HOUR,
    "idle<=5h": lambda m: m.idle <= 5 * HOUR,
    "waiting>3h30m": lambda m: m.waiting is not None and m.waiting > 3.5 * HOUR,
    "waiting<1w": lambda m: m.waiting is not None,
    "due<2h": lambda m: m.due is not None and m.due < 2 * HOUR,
    "due>=0m": lambda m: m.due is not None and m.due >= 0 * HOUR,
    "created:today": lambda m: (NOW - m.age).date() == NOW.date(),
    "created<2026-11-20": lambda m: NOW - m.age < datetime(2026, 11, 20, tzinfo=NOW.tzinfo),
    "created:2026-11-19..2026-11-20": lambda m: (NOW - m.age).day in (19, 20),
    "created>=2026-11-21T11:00": lambda m: m.age <= HOUR,
    "updated:2026-11": lambda _m: True,
    "has:attachment": lambda m: m.file,
    "auto:yes": lambda m: bool(m.auto) and bool(m.said),
    "auto:no": lambda m: not (m.auto and m.said),
    "退款": lambda m: any(map(words("退款"), said(m))),
    '"refund please"': lambda m: any(map(words("refund please"), said(m))),
    "refund*": lambda m: any(w.startswith("refund") for t in said(m) for w in fold(t).split()),
    "text:hello,parcel": lambda m: any(map(words("hello", "parcel"), said(m))),
    "strasse": lambda m: any(map(words("strasse"), said(m))),
    "message:thanks,hello": lambda m: words("thanks", "hello")((said(m) or [""])[-1]),
    'message~"/^.?p.*l$/s"': lambda m: m.said[-1:] == ("parcel",),
    "number>3": lambda m: MODELS.index(m) + 1 > 3,
    "number:1,2": lambda m: MODELS.index(m) + 1 in (1, 2),
    "channel:email": lambda _m: True,
    "account!=support": lambda _m: False,
}

Case = tuple[str, Predicate]


def denied(case: Case) -> st.SearchStrategy[Case]:
    text, holds = case
    words = f"({text})" if " " in text and text[0] not in '("' else text
    return st.sampled_from([(f"{sign}{words}", lambda m: not holds(m)) for sign in ("-", "not ")])


def joined(cases: list[Case]) -> st.SearchStrategy[Case]:
    texts = [text for text, _holds in cases]
    holds = [one for _text, one in cases]
    return st.sampled_from(
        [
            (f"({' '.join(texts)})", lambda m: all(one(m) for one in holds)),
            (f"({' and '.join(texts)})", lambda m: all(one(m) for one in holds)),
            (f"({' or '.join(texts)})", lambda m: any(one(m) for one in holds)),
            (f"({' OR '.join(texts)})", lambda m: any(one(m) for one in holds)),
        ]
    )


trees = st.recursive(
    st.sampled_from(list(TERMS.items())),
    lambda inner: st.one_of(
        inner.flatmap(denied), st.lists(inner, min_size=2, max_size=4).flatmap(joined)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The tickets of all models."""
    folder = Path(tmp_path_factory.mktemp("shop"))
    site = CustomField("site", type="tree", choices=("cn/north/beijing", "cn/south", "de"))
    promise = {"normal": 8 * HOUR}
    shop = Shop(
        folder,
        fields=(*shop_settings(folder).fields, site),
        policies=tuple(Sla(name, resolve=promise) for name in ("gold", "silver")),
        calendars={
            "office": Calendar(hours={"sat": ("10:00-16:00",)}),
            "night": Calendar(hours={"sat": ("22:00-24:00",)}),
        },
    )
    for m in MODELS:
        columns: dict[str, Any] = {
            "status": m.status, "priority": m.priority, "category": m.category, "team": m.team,
            "assignee": m.assignee, "fields": m.fields, "unread": m.unread,
            "due_at": NOW + m.due if m.due is not None else None, "sla": m.sla,
            "snoozed_until": NOW + HOUR if m.snoozed else None,
        }  # fmt: skip
        number = shop.ticket(
            m.subject, *m.said, email=m.email, name=m.name, tags=m.tags, groups=m.groups,
            org=m.org, file=m.file, auto=m.auto, created_at=NOW - m.age,
            last_person_at=NOW - m.idle,
            waiting_since=NOW - m.waiting if m.waiting is not None else None, **columns,
        )  # fmt: skip
        with shop.desk.store.write() as tx:
            parties.add(tx, ((number, Address(*who)) for who in m.parties))
            links.add(tx, ((number, 1, kind, "") for kind in m.links), NOW)
            if m.csat is not None or m.due is not None:
                row = {"ticket_id": number, "asked_at": NOW, "score": m.csat}
                tx.execute(insert(SurveyRow).values(**row))
    yield shop
    shop.desk.close()


def by_trigger(shop: Shop, text: str) -> list[int]:
    """The tickets that a rule with this text would fire for."""
    question = probe(parse(text, shop.known, rule=True))
    message = 0
    entries = []
    for n, m in enumerate(MODELS, 1):
        message += len(m.said)
        newest = message if m.said else 0
        entries.append(wave.Entry(n, False, False, By.AGENT, newest, {}))
    with shop.desk.store.write() as tx:
        span = wave.fill(tx, entries)
        rows = question.run(tx, shop.desk.scope(), span)
    return [number for number, failure in rows if failure is None]


def by_schedule(shop: Shop, text: str) -> set[int]:
    """The tickets that a schedule with this text would act on."""
    query = parse(text, shop.known, rule=True, events=False)
    with shop.desk.store.read() as tx:
        return matching.matching(tx, query, shop.desk.scope())


def of_a_few(shop: Shop, text: str) -> set[int]:
    """The tickets that a route or a policy with this text would take, asked one by one."""
    query = parse(text, shop.known, rule=True, events=False)
    every = range(1, len(MODELS) + 1)
    with shop.desk.store.read() as tx:
        scope = shop.desk.scope()
        return {n for one in every for n in matching.holding(tx, query, scope, [one])}


def check(shop: Shop, text: str, holds: Predicate) -> None:
    expected = {n for n, m in enumerate(MODELS, 1) if holds(m)}
    assert set(shop.select(text)) == expected, f"filter: {text}"
    assert set(by_trigger(shop, text)) == expected, f"trigger: {text}"
    assert by_schedule(shop, text) == expected, f"schedule: {text}"
    assert of_a_few(shop, text) == expected, f"route: {text}"


@pytest.mark.parametrize("text", TERMS)
def test_each_condition_means_what_it_says(shop: Shop, text: str) -> None:
    """As a filter and as a trigger, and denied too."""
    holds = TERMS[text]
    check(shop, text, holds)
    check(shop, f"not ({text})", lambda m: not holds(m))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=trees)
def test_any_tree_selects_the_same_as_filter_trigger_and_by_hand(shop: Shop, tree: Case) -> None:
    check(shop, *tree)


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"w{n}" for n in range(MAX_TERMS)),
        " or ".join(f"w{n}" for n in range(MAX_TERMS)),
        "tag:" + ",".join(f"t{n}" for n in range(MAX_TERMS)),
        "(customer:a org:b) or " * (MAX_TERMS // 2 - 1) + "message:x",
        "not (a or " * (MAX_DEPTH // 3) + "tag:x" + ")" * (MAX_DEPTH // 3),
    ],
    ids=["and", "or", "values", "tables", "deep"],
)
def test_the_largest_query_can_be_asked(shop: Shop, text: str) -> None:
    """What the parser lets through, the database takes."""
    assert set(shop.select(text)) == set(by_trigger(shop, text))


def test_merged_and_deleted_tickets_are_in_no_list_unless_asked_for(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    one = shop.ticket()
    merged = shop.ticket(merged_into=one)
    deleted = shop.ticket(deleted_at=NOW)
    assert shop.select("") == [one]
    assert shop.select("is:merged") == [merged]
    assert shop.select("is:deleted") == [deleted]
    shop.desk.close()


def test_me_is_the_person_who_asks_and_nobody_has_nothing(shop: Shop) -> None:
    mine = [n for n, m in enumerate(MODELS, 1) if m.assignee == "li.wei"]
    assert sorted(shop.select("is:mine", "li.wei")) == mine
    assert sorted(shop.select("assignee:me", "li.wei")) == mine
    assert shop.select("is:mine") == shop.select("assignee:me") == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", lambda m: m.age),
        ("sort:-updated", lambda m: m.age),
        ("sort:created", lambda m: -m.age),
        ("sort:-created", lambda m: m.age),
        ("sort:age", lambda m: m.age),
        ("sort:idle", lambda m: m.idle),
        ("sort:priority", lambda m: m.priority),
        ("sort:-priority", lambda m: -m.priority),
        ("sort:team,-number", lambda m: (m.team, -MODELS.index(m))),
        ("sort:due", lambda m: (m.due is None, m.due or HOUR)),
        ("sort:-due", lambda m: (m.due is None, -(m.due or HOUR))),
        ("sort:-waiting", lambda m: (m.waiting is None, -(m.waiting or HOUR))),
    ],
)
def test_a_list_has_the_order_that_is_asked_for(
    shop: Shop, text: str, key: Callable[[Model], Any]
) -> None:
    """The newest change first without one; what has no value comes last both ways."""
    found = [MODELS[n - 1] for n in shop.select(text)]
    assert len(found) == len(MODELS)
    assert [key(m) for m in found] == sorted(key(m) for m in found)
