"""Reading queries: what is understood, and how a mistake is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.errors import QueryError
from kfdesk.rules.language.complete import complete
from kfdesk.rules.language.known import BARE, Known
from kfdesk.rules.language.query import MAX_DEPTH, MAX_LENGTH, MAX_TERMS, parse, point
from kfdesk.rules.language.tree import And, Not, Or, Sort
from kfdesk.rules.language.values import NotAValue, Period, Scope, length
from kfdesk.settings import Calendar, CustomField, Sla
from tests.rules.shop import settings

KNOWN = Known.of(
    settings(
        Path("/nowhere"),
        policies=(Sla("complaints"), Sla("gold")),
        calendars={"office": Calendar()},
    )
)


def error(text: str, *, rule: bool = False) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text, KNOWN, rule=rule)
    return caught.value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("statsu:open", "statsu:open\n^\nunknown field “statsu”; did you mean status?"),
        ("a status:opne", "a status:opne\n         ^\nunknown status “opne”; did you mean open?"),
        ("team:refund", "team:refund\n     ^\nunknown team “refund”; did you mean refunds?"),
        ("退款 (status:open", "退款 (status:open\n     ^\nthe parenthesis that opens here"),
        ("a) b", "a) b\n ^\nno parenthesis was opened"),
        ("a ()", "a ()\n   ^\nthere is nothing between"),
        ("a or", "a or\n    ^\nthe query stops too early"),
        ("or a", "or a\n^\nsomething must stand before “or”"),
        ("a and or b", "a and or b\n      ^\nsomething must stand before “or”"),
        ("a or )", "a or )\n     ^\nsomething must stand before “)”"),
        ("status:", "status:\n       ^\na value is missing here"),
        ("status:open,", "status:open,\n            ^\na value is missing here"),
        ("status:,", "status:,\n       ^\na value is missing here"),
        ('say "hello', 'say "hello\n    ^\nthis quotation mark has no partner'),
        ("status>open", "status>open\n      ^\n“status” takes : = != ~, not “>”"),
        ("age:2d", "age:2d\n   ^\n“age” takes < <= > >=, not “:”"),
        ("age>2", "age>2\n    ^\n“age” wants a length of time"),
        ("created:soon", "created:soon\n        ^\n“created” wants a date"),
        ("created:2026-02-30", "created:2026-02-30\n        ^\n“created” wants a date that"),
        ('subject~"/(/"', 'subject~"/(/"\n        ^\n“subject” wants a pattern that compiles'),
        ("field.amount>x", "field.amount>x\n             ^\n“field.amount” wants a number"),
        (
            "priority>=hihg",
            "priority>=hihg\n          ^\nunknown priority “hihg”; did you mean high?",
        ),
        ("age>1d,2d", "age>1d,2d\n       ^\nonly one value can stand after “>”"),
        ("sort:due or a", "sort:due or a\n^\nan order can only stand"),
        ("sort:size", "sort:size\n     ^\nunknown order “size”"),
        ("changed:status", "changed:status\n^\n“changed” is about an event"),
        ("status.was:open", "status.was:open\n^\n“status.was” is about an event"),
        ("!!", "!!\n^\nthere is no word in “!!”"),
        (
            "field.part:lenz",
            "field.part:lenz\n           ^\nunknown field.part “lenz”; did you mean lens",
        ),
        ("field.amount>none", "field.amount>none\n             ^\n“field.amount” wants a number"),
        ("status:none", "status:none\n       ^\nunknown status “none”"),
        ("sla:gild", "sla:gild\n    ^\nunknown sla “gild”; did you mean gold?"),
        ("worktime:ofice", "worktime:ofice\n         ^\nunknown worktime “ofice”; did you mean"),
        ("worktime:none", "worktime:none\n         ^\nunknown worktime “none”"),
        ("link:twin", "link:twin\n     ^\nunknown link “twin”; there are: related"),
        ("csat<1..5", "csat<1..5\n     ^\n“csat” wants one number after “<”"),
        ("csat:good", "csat:good\n     ^\n“csat” wants a number, or a range like 1..5"),
        ("csat:1..", "csat:1..\n     ^\n“csat” wants a number"),
        ("field.bought:soon", "field.bought:soon\n             ^\n“field.bought” wants a date"),
        (
            "field.bought:2026-11-01T09:00",
            "field.bought:2026-11-01T09:00\n             ^\n“field.bought” wants days",
        ),
        ("sla.target:resolve", "sla.target:resolve\n^\n“sla.target” is about an event"),
        ("worktime.was:office", "worktime.was:office\n^\n“worktime” has no “was”"),
        ("a\nb statsu:x", "b statsu:x\n  ^\nunknown field"),
    ],
)
def test_a_wrong_query_says_where_what_and_the_nearest_name(text: str, shown: str) -> None:
    caught = error(text)
    assert f"{point(caught)}\n{caught}".startswith(shown)


@pytest.mark.parametrize("text", ["assignee:me", "is:mine", "sort:due", "age.was>1d"])
def test_a_rule_has_no_me_and_no_order(text: str) -> None:
    error(text, rule=True)


def test_a_colon_in_a_text_is_explained() -> None:
    assert "quotation marks" in str(error("https://shop.example"))


def test_words_side_by_side_mean_and_which_binds_stronger_than_or() -> None:
    tree = parse("a b or c -d", KNOWN).where
    assert isinstance(tree, Or)
    first, second = tree.nodes
    assert isinstance(first, And)
    assert isinstance(second, And)
    assert isinstance(second.nodes[1], Not)


def test_every_condition_knows_its_place_in_the_text() -> None:
    query = parse("退款  -tag:vip (status:open or team:refunds) sort:-due", KNOWN)
    assert [query.quote(node) for node in query.conjuncts] == [
        "退款",
        "-tag:vip",
        "status:open or team:refunds",
    ]
    assert query.sort == (Sort("due", True),)


@pytest.mark.parametrize(
    ("wide", "plain"),
    [
        ("status：open", "status:open"),
        ("（status:open or team:refunds）", "(status:open or team:refunds)"),
        ("“refund please”", '"refund please"'),
        ("status:open，new", "status:open,new"),
    ],
)
def test_full_width_punctuation_is_what_a_chinese_keyboard_types(wide: str, plain: str) -> None:
    def values(text: str) -> list[object]:
        return [(t.field.name, t.op, t.values) for t in parse(text, KNOWN).terms()]

    assert values(wide) == values(plain)


def test_names_have_titles_and_any_case() -> None:
    for text in ("assignee:李伟", "assignee:LI.WEI", "assignee:li@shop.example"):
        (term,) = parse(text, KNOWN).terms()
        assert term.values == ("li.wei",)
    (term,) = parse("team:大客户", KNOWN).terms()
    assert term.values == ("key accounts",)


def test_a_custom_fields_name_has_any_case(tmp_path: Path) -> None:
    known = Known.of(settings(tmp_path, fields=(CustomField("OrderNo"),)))
    (term,) = parse("field.orderno:x", known).terms()
    assert term.field.key == "OrderNo"


@pytest.mark.parametrize("text", ["subject:\udc80", "a\x00b"])
def test_what_no_text_can_hold_is_refused(text: str) -> None:
    assert "cannot be looked for" in str(error(text))


def test_a_dash_inside_a_word_is_part_of_it() -> None:
    (term,) = parse("re-open", KNOWN).terms()
    assert term.values == ("re-open",)


def test_text_that_must_hold_can_be_parted_from_the_rest() -> None:
    texts, rest = parse("退款 status:open refund* (a or b) -c sort:due", KNOWN).split_text()
    assert texts[0].values == ("退款",)
    assert len(texts) == 2
    assert len(rest.conjuncts) == 3
    assert rest.sort == (Sort("due", False),)
    texts, rest = parse("退款", KNOWN).split_text()
    assert (len(texts), rest.where) == (1, None)


def test_what_a_rule_reads_is_known_without_running_it() -> None:
    query = parse("is:open tag:x -changed:team customer.group:KA age>1d", KNOWN, rule=True)
    assert query.named == {"status", "tags", "team", "customer"}
    assert not query.about_message
    for text in ("refund", "message:x", "auto:no", "by:customer", "event:message"):
        assert parse(text, KNOWN, rule=True).about_message
        assert not parse(text, KNOWN, rule=True).moments
    for text in ("event:woke", "-event:woke"):
        assert parse(text, KNOWN, rule=True).moments == {"woke"}
        assert not parse(text, KNOWN, rule=True).about_message
    both = parse("sla.target:resolve is:snoozed csat<3", KNOWN, rule=True)
    assert both.moments == {"sla.warning", "sla.breached"}
    assert both.named == {"snoozed_until", "csat"}


def test_size_and_depth_have_limits() -> None:
    error("x" * (MAX_LENGTH + 1))
    error("-" * (MAX_DEPTH + 5) + "x")
    error("(" * 1500 + "x")
    error("a " * (MAX_TERMS + 1))
    error("tag:" + ",".join("a" * (MAX_TERMS + 1)))
    parse("(" * 30 + "x" + ")" * 30, KNOWN)


@given(st.text())
def test_no_text_raises_anything_but_a_query_error(text: str) -> None:
    _try(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "status", "tag", "age", "created", "subject", "is", "sort", "field.amount", ":",
                "=",
                "~", ">", "<=", "!=", "-", "(", ")", '"', ",", "..", "*", "/", "or", "and", "not",
                " ", "open", "none", "me", "2d", "today", "2026-11-01", "退款", "，", "：",
                "（", "“",
                "\n", "\\", "T25:00",
                "csat", "worktime", "sla", "event", "link", "field.bought", "1..5",
                "999999999999w", "/(/i", "１", "changed", ".was", "0",
            ]
        )
    ).map("".join)
)  # fmt: skip
def test_no_text_made_of_the_languages_own_words_raises_anything_else(text: str) -> None:
    _try(text)


def _try(text: str) -> None:
    for rule in (False, True):
        caught = _error(text, rule)
        if caught is not None:
            assert str(caught)
            assert point(caught).count("\n") == 1


def _error(text: str, rule: bool) -> QueryError | None:
    try:
        parse(text, KNOWN, rule=rule)
    except QueryError as caught:
        return caught
    return None


def test_the_names_of_no_configuration_are_enough_for_a_plain_query() -> None:
    parse("退款 status:open is:unassigned", BARE)


# --- values


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "2026-11-21T00:00", "2026-11-22T00:00"),
        ("yesterday", "2026-11-20T00:00", "2026-11-21T00:00"),
        ("week", "2026-11-16T00:00", "2026-11-23T00:00"),
        ("lastweek", "2026-11-09T00:00", "2026-11-16T00:00"),
        ("month", "2026-11-01T00:00", "2026-12-01T00:00"),
        ("lastmonth", "2026-10-01T00:00", "2026-11-01T00:00"),
        ("year", "2026-01-01T00:00", "2027-01-01T00:00"),
        ("2026", "2026-01-01T00:00", "2027-01-01T00:00"),
        ("2026-02", "2026-02-01T00:00", "2026-03-01T00:00"),
        ("2026-11-11", "2026-11-11T00:00", "2026-11-12T00:00"),
        ("2026-11-11T09:30", "2026-11-11T09:30", "2026-11-11T09:31"),
        ("2026-11-11T09:30:15", "2026-11-11T09:30:15", "2026-11-11T09:30:16"),
        ("2026-11-11T01:30Z", "2026-11-11T09:30", "2026-11-11T09:31"),
        ("2026-11-11T02:30+01:00", "2026-11-11T09:30", "2026-11-11T09:31"),
        ("2026-11-01..2026-11-11", "2026-11-01T00:00", "2026-11-12T00:00"),
        ("lastmonth..today", "2026-10-01T00:00", "2026-11-22T00:00"),
    ],
)
def test_days_are_the_desks_days(text: str, start: str, end: str) -> None:
    """Twenty past midnight in Shanghai is still yesterday in UTC."""
    now = datetime(2026, 11, 20, 16, 20, tzinfo=UTC)
    bounds = Period.read(text).bounds(Scope(now, timezone="Asia/Shanghai"))
    assert bounds == tuple(datetime.fromisoformat(f"{at}+08:00") for at in (start, end))


def test_a_day_with_a_clock_change_has_its_own_length() -> None:
    now = datetime(2026, 10, 25, 12, tzinfo=UTC)
    start, end = Period.read("today").bounds(Scope(now, timezone="Europe/Berlin"))
    assert end - start == timedelta(hours=25)


def test_lengths_of_time_add_up() -> None:
    assert length("1h30m") == timedelta(minutes=90)
    assert length("2w") == timedelta(days=14)
    for text in ("", "2", "d", "2x", "-2d", "1h 2m"):
        with pytest.raises(NotAValue):
            length(text)


# --- completion


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("sta", ["status:"]),
        ("退款 -sta", ["-status:"]),
        ("status:o", ["status:open", "status:solved"]),
        ("status:open,p", ["status:open,pending", "status:open,open"]),
        ("team:k", ['team:"key accounts"']),
        ("assignee:m", ["assignee:me"]),
        ("assignee:李", ["assignee:li.wei"]),
        ("team:大", ['team:"key accounts"']),
        ("field.part:", ["field.part:lens", "field.part:body", "field.part:none"]),
        ("is:una", ["is:unassigned"]),
        ("age>1", ["age>1h", "age>1d", "age>1w"]),
        ("created:to", ["created:today", "created:tomorrow"]),
        ("category:售后/退款/", ["category:售后/退款/七天无理由", "category:售后/退款/*"]),
        ("sort:-du", ["sort:-due"]),
        ("worktime:", ["worktime:office"]),
        ("sla:", ["sla:complaints", "sla:gold", "sla:none"]),
        ("is:sn", ["is:snoozed"]),
        ("field.bought:tod", ["field.bought:today"]),
        ("changed:", []),
        ("nothing:", []),
        ("", []),
        ("a ", []),
    ],
)
def test_completion_offers_what_the_parser_takes(text: str, offers: list[str]) -> None:
    found = complete(text, len(text), KNOWN)
    if text == "status:open,p":
        assert found == ["status:open,pending"]
    elif text == "status:o":
        assert found[0] == "status:open"
    elif text == "assignee:m":
        assert found[0] == "assignee:me"
    else:
        assert found == offers


@given(st.text(max_size=30), st.integers(0, 30))
def test_completion_never_fails(text: str, position: int) -> None:
    complete(text, min(position, len(text)), KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "s",
        "is:",
        "status:",
        "category:",
        "sort:",
        "age>",
        "auto:",
        "team:",
        "link:",
        "sla:",
        "csat",
    ],
)
def test_what_is_offered_is_right(text: str) -> None:
    offers = complete(text, len(text), KNOWN)
    assert offers
    for offer in offers:
        if not offer.endswith((":", ">")):
            parse(offer, KNOWN)
