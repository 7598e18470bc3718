"""Templates: checked when they are loaded, filled in without any code, in the reader's language."""

from __future__ import annotations

import re
from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.desk.conversation.placeholders import Words, values_of
from kfdesk.desk.tickets.change import change
from kfdesk.errors import ConfigError
from kfdesk.model import Change, Priority
from kfdesk.rules.lint import check
from kfdesk.rules.template import LONGEST, mistakes, names, render, variables
from kfdesk.store import tickets
from tests.desk.office import ANNA, Office, raw
from tests.words.conftest import CHINESE, ENGLISH, OpenOffice, trigger

TEMPLATE = '\n[[template]]\nname = "{name}"\n{more}\ntext = """{text}"""\n'


def filled(office: Office, text: str, number: int = 1) -> str:
    """What a text becomes on a ticket, in the desk's language."""
    with office.desk.store.read() as tx:
        state = tickets.state(tx, number)
        return render(text, values_of(tx, office.desk, {number: state}, [text])[number])


def said(office: Office, name: str, number: int = 1) -> tuple[str, str]:
    """How a template reads to the customer of a ticket."""
    words = Words.of_template(office.desk.settings, name)
    with office.desk.store.read() as tx:
        state = tickets.state(tx, number)
        values = values_of(tx, office.desk, {number: state}, words.texts)
        return words.filled(values[number])


# --- what a template is


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("Dear {{a}}", "Dear Ann"),
        ("Dear {{none|you}}", "Dear you"),
        ("Dear {{none｜您}}", "Dear 您"),
        ("Dear {{a|you}}", "Dear Ann"),
        ("{{#if a}}yes{{/if}}{{#if none}}no{{/if}}", "yes"),
        ("{{#if none}}x{{else}}y{{/if}}", "y"),
        ("{{#if a}}{{#if none}}x{{else}}{{a}}{{/if}}{{else}}z{{/if}}", "Ann"),
        ("One\n{{#if a}}\nTwo\n{{/if}}\nThree", "One\nTwo\nThree"),
        ("One\n  {{#if none}}  \nTwo\n{{/if}}\nThree", "One\nThree"),
        ("{{blank|x}}", "x"),
        ("{single} {{un\nclosed}}", "{single} {{un\nclosed}}"),
    ],
)
def test_a_default_stands_for_nothing_and_a_part_is_left_out(text: str, becomes: str) -> None:
    assert render(text, {"a": "Ann", "blank": ""}) == becomes


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{{ticket.nummer}}", "did you mean ticket.number?"),
        ("{{#if ticket.nummer}}x{{/if}}", "did you mean ticket.number?"),
        ("{{#if ticket.number}}x", "is not ended by"),
        ("x{{/if}}", "ends nothing"),
        ("{{else}}", "stands in no part"),
        ("{{#if ticket.number}}{{else}}{{else}}{{/if}}", "stands in no part"),
        ("{{ticket.number", "has no “}}” behind it"),
        ("{{ticket.number.__class__}}", "unknown variable"),
        ("{{ticket['number']}}", "unknown variable"),
        ("{{import os}}", "unknown variable"),
    ],
)
def test_what_cannot_be_filled_in_is_a_mistake(text: str, wrong: str) -> None:
    (found,) = mistakes(text)
    assert wrong in found


@given(st.text("{}#/|if else.ab\n", max_size=200))
def test_whatever_a_template_says_it_ends_and_shows_no_more_than_it_holds(text: str) -> None:
    render(text, {"a": "x" * 9, "b": ""})
    mistakes(text)


def test_no_text_grows_without_bound() -> None:
    assert len(render("{{a}}" * 5000, {"a": "x" * 50_000})) == LONGEST


def test_a_value_is_not_read_again() -> None:
    values = {"customer.name": "{{desk.secret}} {{#if a}}", "a": "A"}
    assert render("{{customer.name}}", values) == "{{desk.secret}} {{#if a}}"


# --- checked when it is loaded


def test_an_unknown_variable_is_told_with_file_line_and_nearest_name(opened: OpenOffice) -> None:
    text = TEMPLATE.format(name="a", more="", text="{{ticket.field.order_on}}")
    field = '\n[[field]]\nname = "order_no"\n'
    with pytest.raises(ConfigError, match=r"kfdesk.toml:\d+: .*did you mean ticket.field.order_no"):
        opened(field + text + trigger('{ reply = "a" }'))


def test_rules_check_looks_at_every_template_in_every_language(opened: OpenOffice) -> None:
    texts = "".join(
        TEMPLATE.format(name="unused", more=f'language = "{language}"', text="{{customer.nmae}}")
        for language in ("zh", "en")
    )
    found = [one for one in check(opened(texts).settings) if one.severity == "error"]
    assert len(found) == 2
    assert all("did you mean customer.name?" in one.message for one in found)


def test_a_name_is_there_once_in_each_language(opened: OpenOffice) -> None:
    one = TEMPLATE.format(name="hi", more='language = "zh"', text="x")
    opened(one + one.replace('"zh"', '"en"'))
    with pytest.raises(ConfigError, match="is used at"):
        opened(one + one)


# --- what the names stand for

FIELDS = """
[[field]]
name = "order_no"
[[field]]
name = "gift"
type = "bool"
[[field]]
name = "订单"
"""


def test_fields_and_deadlines_and_the_desk_can_be_named(opened: OpenOffice) -> None:
    office = opened(FIELDS + '[[sla]]\nname = "all"\nfirst_response = "2h"\n')
    office.receive(raw())
    fields = {"order_no": "A1", "gift": True, "订单": "乙"}
    change(office.desk, 1, Change(fields=fields, priority=Priority.HIGH, add_tags=("b", "a")), ANNA)
    text = "{{ticket.field.order_no}} {{ticket.field.gift}} {{ticket.field.订单}} {{ticket.tags}}"
    assert filled(office, text) == "A1 yes 乙 a, b"
    assert filled(office, "{{ticket.first_response_due}}") == "21 Nov 2026 22:00"
    assert filled(office, "{{ticket.due}} {{ticket.resolve_due|none}}") == "21 Nov 2026 22:00 none"
    assert filled(office, "{{desk.now}}; {{desk.today}}") == "21 Nov 2026 20:00; 21 Nov 2026"
    assert filled(office, "{{desk.name}} {{desk.email}}") == "Shop support@shop.example"
    assert filled(office, "{{ticket.priority}}, {{ticket.status}}") == "high, received"


def test_every_variable_that_is_known_stands_for_something_or_for_nothing(
    opened: OpenOffice,
) -> None:
    office = opened(FIELDS)
    office.receive(raw())
    for name in variables(office.settings):
        assert "{" not in filled(office, f"{{{{{name}}}}}"), name
    assert set(names("{{a}}{{#if b}}{{c|d}}{{/if}}")) == {"a", "b", "c"}


def test_who_writes_signs_and_where_a_rule_writes_who_has_it(opened: OpenOffice) -> None:
    office = opened()
    office.receive(raw())
    assert filled(office, "{{agent.name|nobody}}") == "nobody"
    change(office.desk, 1, Change(assignee="anna"), ANNA)
    assert filled(office, "{{agent.title}} {{agent.email}}") == "Anna anna@shop.example"


def test_an_address_is_no_name_where_there_is_a_default(opened: OpenOffice) -> None:
    office = opened()
    office.receive(raw(sender="jane@customer.example"))
    assert filled(office, "Dear {{customer.name|customer}},") == "Dear customer,"
    assert filled(office, "Dear {{customer.name}},") == "Dear jane@customer.example,"


# --- in whose language

BOTH = TEMPLATE.format(
    name="hi",
    more='language = "zh"\nsubject = "收到"',
    text="您好 {{customer.name}}：{{ticket.status}} {{desk.today}}",
) + TEMPLATE.format(
    name="hi",
    more='language = "en"\nsubject = "Got it"',
    text="Hello {{customer.name}}: {{ticket.status}} {{desk.today}}",
)


def test_the_customers_language_decides_then_the_desks(opened: OpenOffice) -> None:
    office = opened(BOTH)
    for body in (CHINESE, ENGLISH, "1234\r\n"):
        office.receive(raw(body, Subject="."))
    assert said(office, "hi", 1) == ("收到", "您好 Jane：已收到 2026年11月21日")
    assert said(office, "hi", 2) == ("Got it", "Hello Jane: received 21 Nov 2026")
    assert said(office, "hi", 3)[0] == "Got it"
    office.sql("UPDATE customer SET language = 'zh'")
    assert said(office, "hi", 3)[0] == "收到"


def test_a_rule_answers_in_the_customers_language(opened: OpenOffice) -> None:
    office = opened(BOTH + trigger('{ reply = "hi" }'))
    office.receive(raw(CHINESE, Subject="退款"))
    assert office.outbox()[0].subject == "收到"


# --- nothing that a customer brings does anything

HOSTILE = [
    "{{desk.secret}}",
    "{{ticket.number}}",
    "{{#if ticket.number}}",
    "{{/if}}",
    "Eve\r\nBcc: spy@x.example",
    "Eve\n\nBcc: spy@x.example",
    "<b>Eve</b><script>alert(1)</script>",
    "\x1b[31mEve\x1b[0m",
    "=?utf-8?q?Eve=0D=0ABcc=3A_spy@x.example?=",
    "\u202eevE",
    "E" * 20_000,
    "Win now https://spam.example www.spam.example",
]


@pytest.mark.parametrize("evil", HOSTILE)
def test_injection_through_every_value_changes_nothing(opened: OpenOffice, evil: str) -> None:
    brought = ("customer.name", "ticket.subject", "ticket.field.order_no", "customer.organisation")
    text = " ".join(f"{{{{{name}}}}}" for name in brought)
    office = opened(
        FIELDS
        + TEMPLATE.format(name="echo", more=f"subject = '''Re: {text}'''", text=f"<{text}> end")
        + trigger('{ reply = "echo" }', on="updated", when="tag:go")
    )
    office.receive(raw())
    values = {"name": evil, "subject": evil, "fields": '{"order_no": ""}'}
    office.sql("UPDATE customer SET name = :name", name=evil)
    office.sql("UPDATE ticket SET subject = :subject", subject=values["subject"])
    office.sql("UPDATE ticket SET fields = json_object('order_no', :evil)", evil=evil)
    office.sql("INSERT INTO organisation (name) VALUES (:evil)", evil=evil)
    office.sql("UPDATE customer SET organisation_id = (SELECT max(id) FROM organisation)")
    change(office.desk, 1, Change(add_tags=("go",)), ANNA)
    (row,) = office.outbox()
    letter = office.letter(row)
    mail = message_from_bytes(letter.raw)
    assert letter.recipients == ("jane@customer.example",)
    assert mail["Bcc"] is None
    assert "\n" not in row.subject
    assert "\x1b" not in row.subject + office.messages(1)[-1].text
    html = mail.get_payload(1).get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "<script" not in html
    assert "<b>" not in html
    assert office.messages(1)[-1].text.endswith("> end")
    assert office.desk.secret.hex() not in letter.raw.decode("ascii")


def test_nobody_is_greeted_with_an_address_of_the_web(opened: OpenOffice) -> None:
    """Else anybody could let us write to a victim what stands in a name."""
    office = opened(BOTH + trigger('{ reply = "hi" }'))
    office.receive(raw(ENGLISH, '"You won: https://spam.example" <victim@x.example>', Subject="x"))
    assert "spam.example" not in office.messages(1)[-1].text
    assert "victim@x.example" in office.messages(1)[-1].text


def test_a_built_in_template_may_be_written_anew(opened: OpenOffice, tmp_path: Path) -> None:
    office = opened(TEMPLATE.format(name="csat", more="", text="How was it? {{csat.good}}"))
    office.receive(raw())
    assert said(office, "csat")[1].startswith("How was it?")
    assert re.search("satisfied", said(opened_again(opened), "csat")[1])


def opened_again(opened: OpenOffice) -> Office:
    """A desk that wrote no templates of its own."""
    office = opened()
    office.receive(raw())
    return office


def test_a_status_of_the_team_s_own_is_told_by_its_title(opened: OpenOffice) -> None:
    office = opened(
        '[[status]]\nname = "lab"\nkind = "hold"\ntitle = "At the workshop"\n'
        '[[status]]\nname = "x"\nkind = "hold"\n'
    )
    office.receive(raw())
    for own, said_ in (("lab", "At the workshop"), ("x", "on hold"), ("", "on hold")):
        office.sql("UPDATE ticket SET status = 'hold', substatus = :own", own=own)
        assert filled(office, "{{ticket.status}}") == said_
