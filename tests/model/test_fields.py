"""A team's own fields: what each type takes, how it is found, when it must be filled."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.config import load
from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.tickets.forms import asked, named, of_ticket
from kfdesk.desk.tickets.opening import new
from kfdesk.errors import ConfigError, ConfigErrors, FieldError, UserError
from kfdesk.model import Address, Status
from kfdesk.rules.reading.load import load as load_rules
from kfdesk.rules.tickets.asked import Standing, missing, shown
from kfdesk.rules.tickets.custom import DoesNotFit, allowed, read
from kfdesk.settings import CustomField, Settings
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw
from tests.model.shop import CATEGORIES, FIELDS, put, ticket

NUMBER = CustomField("n", type="number")
TREE = CustomField("t", type="tree", choices=("a/b", "a/c", "x/b", "Mind"))


@pytest.fixture
def office(opened: OpenOffice) -> Office:
    return opened(FIELDS + CATEGORIES)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("order_no", "A123", "A123"), ("amount", "3", 3), ("amount", "-2.5", -2.5),
        ("kind", "RETURN", "return"), ("kind", "other", "Other"),
        ("reason", "quality/broken", "quality/broken"), ("reason", "broken", "quality/broken"),
        ("bought", "2026-11-01", "2026-11-01"), ("bought", "20261101", "2026-11-01"),
        ("gift", "yes", True), ("gift", "否", False), ("serial", "SN-1", "SN-1"),
        ("amount", "", None), ("gift", "", None), ("kind", "", None),
    ],
)  # fmt: skip
def test_each_type_takes_what_it_holds(
    office: Office, field: str, text: str, value: object
) -> None:
    """As it is typed; nothing empties it."""
    number = ticket(office)
    put(office, number, "amount=9", "gift=yes", "kind=repair")
    found = put(office, number, f"{field}={text}")
    assert found.fields.get(field) == value


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("order_no=x", "order_no “x”: expected a text that fits"),
        ("amount=much", "expected a number"), ("amount=nan", "expected a number"),
        ("amount=1e999", "expected a number"), ("amount=1_0", "expected a number"),
        ("kind=retrun", "expected one of return, repair, Other"),
        ("reason=late/quality", "expected one of"), ("bought=2026-13-01", "expected a date"),
        ("gift=perhaps", "expected yes or no"), ("serial=SN-x", "expected a text that fits"),
        ("amuont=3", "did you mean amount?"), ("category=退货", "there is no category"),
        ("type=quest", "is not one of question"), ("task_due=soon", "write a day"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_named_and_nothing_changes(
    office: Office, change: str, said: str
) -> None:
    """Not even the fields beside it."""
    number = ticket(office)
    with pytest.raises(UserError, match=said):
        put(office, number, "priority=high", change)
    assert office.ticket(number).priority == "normal"


@given(st.text(max_size=30))
def test_whatever_is_typed_fits_or_is_refused(text: str) -> None:
    """What was read once is allowed, and is read again as itself."""
    for kind in ("text", "number", "date", "bool", "regex"):
        field = CustomField("f", type=kind, pattern="^[^ ]" if kind == "regex" else "")
        try:
            value = read(field, text)
        except DoesNotFit:
            continue
        assert allowed(field, value)
        again = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else None
        if value is not None:
            assert read(field, again or str(value)) == value


def test_the_end_of_a_path_that_no_other_has_means_it() -> None:
    """Of a tree and of categories."""
    assert read(TREE, "c") == "a/c"
    assert read(TREE, "mind") == "Mind"
    with pytest.raises(DoesNotFit, match="one of a/b, x/b"):
        read(TREE, "b")


def test_a_category_is_meant_by_the_end_of_its_path(office: Office) -> None:
    """`category=退款`; parents count too."""
    number = ticket(office)
    assert put(office, number, "category=退款").category == "售后/退款"
    assert put(office, number, "category=七天无理由").category == "售后/退款/七天无理由"
    assert put(office, number, "category=").category == ""


QUERIES = {
    "field.gift:yes": {1}, "field.gift:no": {2, 3}, "field.gift:none": {3},
    "-field.gift:none": {1, 2}, "field.amount:none": {3}, "field.amount>=2": {1, 2},
    "field.amount:2..3": {2}, "field.bought:2026-11": {1}, "field.bought<2026-11-01": {2},
    "field.bought:2026-10-01..2026-11-30": {1, 2}, "field.bought:none": {3},
    "field.reason:quality/*": {1}, "field.reason:none": {3}, "field.reason:mind": {2},
    "field.kind:return": {1, 2}, "field.serial:SN-*": {1}, 'field.order_no~"/^a1/i"': {1},
}  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_each_type_is_found(office: Office, query: str) -> None:
    """Empty, ranges, branches; and denied it is found where it was not."""
    for fields in (
        ("order_no=A123", "amount=12", "kind=return", "reason=broken", "bought=2026-11-03",
         "gift=yes", "serial=SN-1"),
        ("order_no=B123", "amount=2", "kind=return", "reason=mind", "bought=2026-10-03", "gift=no"),
        (),
    ):  # fmt: skip
        ticket(office, *fields)
    assert set(office.find(query)) == QUERIES[query]
    assert set(office.find(f"-({query})")) == {1, 2, 3} - QUERIES[query]


def test_a_list_is_sorted_by_an_own_field(office: Office) -> None:
    """Numbers as numbers, and what has none last."""
    for fields in (("amount=12",), (), ("amount=2",)):
        ticket(office, *fields)
    assert office.find("sort:field.amount") == [3, 1, 2]
    assert office.find("sort:-field.amount") == [1, 3, 2]
    with pytest.raises(Exception, match=r"field\.amount"):
        office.find("sort:field.amuont")


# --- must be filled


def test_required_on_several_statuses_holds_for_set(office: Office) -> None:
    """The error names the fields by their titles, and what to write."""
    number = ticket(office, "kind=return")
    with pytest.raises(FieldError, match="no ticket becomes solved while 订单号, reason is empty"):
        put(office, number, "status=solved")
    with pytest.raises(FieldError) as caught:
        put(office, number, "status=pending")
    assert caught.value.fields.keys() == {"reason"}
    assert office.ticket(number).status is Status.NEW
    found = put(office, number, "status=solved", "order_no=A123", "reason=mind")
    assert found.status is Status.SOLVED


def test_a_field_that_a_status_asks_for_cannot_be_emptied_in_it(office: Office) -> None:
    """But what a newer configuration asks for stops no other change."""
    number = ticket(office)
    put(office, number, "status=solved", "order_no=A123")
    with pytest.raises(FieldError, match="订单号"):
        put(office, number, "order_no=")
    with pytest.raises(FieldError, match="reason"):
        put(office, number, "kind=return")
    office.sql("UPDATE ticket SET fields = '{}'")
    assert put(office, number, "priority=high").priority == "high"


def test_required_on_holds_for_a_reply(office: Office) -> None:
    """Nothing is said, and nothing leaves."""
    office.receive(raw())
    with pytest.raises(FieldError, match="订单号"):
        reply(office.desk, 1, "Done.", ANNA, status="solved")
    assert len(office.messages(1)) == 1
    put(office, 1, "order_no=A123")
    assert reply(office.desk, 1, "Done.", ANNA, status="solved").status is Status.SOLVED


RULES = (
    FIELDS
    + """
[[trigger]]
name = "solve"
on = ["created"]
do = [{ set = { status = "solved" } }, { note = "solved" }]
[[trigger]]
name = "plain"
on = ["created"]
do = [{ set = { status = "solved" } }]
[[trigger]]
name = "after"
on = ["created"]
do = [{ tag = "seen" }]
"""
)


def test_a_rules_action_that_would_break_it_fails_and_says_so(opened: OpenOffice) -> None:
    """In the trace; the other rules, and the other tickets of the wave, go on."""
    office = opened(RULES)
    office.receive(raw(), raw(sender="Bo <bo@customer.example>"))
    for number in (1, 2):
        found = office.ticket(number)
        assert (found.status, found.tags) == (Status.NEW, ("seen",))
        assert not any(event.kind == "note" for event in office.events(number))
    (steps,) = office.sql("SELECT steps FROM trace WHERE ticket_id = 1")
    assert steps[0].count("no ticket becomes solved while") == 2


def test_what_is_shown_only_while_another_has_a_value_is_asked_only_then(office: Office) -> None:
    """A hidden field is not required, whatever stands in it."""
    number = ticket(office, "order_no=A123")
    assert "reason" not in [one.name for one in of_ticket(office.desk, number).fields]
    assert put(office, number, "status=pending").status is Status.PENDING
    other = ticket(office, "kind=return", "order_no=A123")
    assert "reason" in [one.name for one in of_ticket(office.desk, other).missing]


def test_a_value_that_is_no_longer_allowed_is_kept_and_shown_as_such(office: Office) -> None:
    """So is that of a field that is no more; neither stops a change of another."""
    number = ticket(office, "order_no=A123")
    office.sql("""UPDATE ticket SET fields = '{"order_no": "old", "gone": 1, "kind": "swap"}'""")
    found = of_ticket(office.desk, number)
    assert {one.name for one in (*found.fields, *found.others) if not one.allowed} == {
        "order_no", "gone", "kind",
    }  # fmt: skip
    assert put(office, number, "amount=3").fields["gone"] == 1


# --- forms

FORMS = (
    FIELDS
    + CATEGORIES
    + """
[[status]]
name = "checked"
kind = "solved"
[[form]]
name = "refund"
title = "退款单"
category = "售后/退款/*"
fields = ["kind", "reason", "order_no", "type"]
required = ["kind"]
text = "先问订单号"
defaults = { type = "question", priority = "high" }
[[form]]
name = "other"
fields = ["gift", "task_due", "type"]
"""
)


def test_a_form_is_that_of_its_category_the_first_that_is_for_it(opened: OpenOffice) -> None:
    """It says which fields are shown, and in which order."""
    settings = opened(FORMS).settings
    assert shown(settings, Standing(category="售后/退款/七天无理由")) == [
        "kind",
        "order_no",
        "type",
    ]
    assert shown(settings, Standing(category="售后/退款", fields={"kind": "return"})) == [
        "kind", "reason", "order_no", "type",
    ]  # fmt: skip
    assert shown(settings, Standing(category="投诉")) == ["gift", "type"]
    assert shown(settings, Standing(type="task")) == ["gift", "task_due", "type"]


def test_without_forms_every_own_field_is_asked_for(office: Office) -> None:
    """But those that hang on another's value."""
    names = [field.name for field in office.settings.fields if field.name != "reason"]
    assert shown(office.settings, Standing()) == names


def test_a_ticket_opened_by_a_form_gets_its_defaults_and_what_it_requires(
    opened: OpenOffice,
) -> None:
    """By its name, or because its category is given."""
    office = opened(FORMS)
    eve = Address("Eve", "eve@example.com")

    def made(*fields: str, form: str = "") -> int:
        from kfdesk.desk.tickets.typed import parse

        wanted = parse(office.desk, fields)
        return new(office.desk, eve, "x", "y", wanted, opened_by=ANNA, form=form).number

    with pytest.raises(FieldError, match="kind must be filled in: kind=…"):
        made("category=退款")
    with pytest.raises(FieldError, match="kind"):
        made(form="退款单")
    found = office.ticket(made("category=退款", "kind=repair", "priority=low"))
    assert (found.type, found.priority) == ("question", "low")
    assert office.ticket(made(form="other")).type == ""
    with pytest.raises(UserError, match="did you mean refund"):
        made(form="refnd")


def test_what_a_form_requires_is_asked_again_when_the_ticket_is_solved(opened: OpenOffice) -> None:
    """Not of tickets that mail brought, until then; closing what is solved asks nothing."""
    office = opened(FORMS.replace('required_on = "solved"\n', ""))
    office.receive(raw())
    put(office, 1, "category=退款")
    assert put(office, 1, "status=open").status is Status.OPEN
    for status in ("solved", "closed", "checked"):
        with pytest.raises(FieldError, match="kind"):
            put(office, 1, f"status={status}")
    office.sql("UPDATE ticket SET status = 'solved'")
    assert put(office, 1, "status=closed").status is Status.CLOSED


def test_the_form_of_a_ticket_tells_what_is_missing(opened: OpenOffice) -> None:
    """To one who fills it in."""
    office = opened(FORMS)
    number = ticket(office, "category=退款")
    found = of_ticket(office.desk, number)
    assert found.form is not None
    assert found.form.text == "先问订单号"
    assert [one.name for one in found.missing] == ["kind", "order_no"]
    other = asked(office.settings, Standing(), named(office.desk, "other"))
    assert [one.name for one in other.fields] == ["gift", "type"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('required_on = "done"', "unknown status “done”"),
        ('required_on = ["open", "sloved"]', "did you mean solved"),
        ('shown_when = { knid = "x" }', "unknown field “knid”"),
        ('shown_when = { type = "taks" }', "unknown value “taks”"),
        ('shown_when = { f = "x" }', "hangs on itself"),
        ('[[form]]\nname = "a"\nfields = ["g"]', "unknown field “g”"),
        ('[[form]]\nname = "a"\nfields = ["f"]\nrequired = ["type"]', "unknown field “type”"),
        ('[[form]]\nname = "a"\ncategory = "退"', "unknown category “退”"),
        ('[[form]]\nname = "a"\ndefaults = { type = "taks" }', "unknown type “taks”"),
        ('[[form]]\nname = "a"\n[[form]]\nname = "A"', "is used at"),
    ],
)
def test_a_wrong_field_or_form_is_named(tmp_path: Path, text: str, said: str) -> None:
    """With file and line."""
    file = tmp_path / "kfdesk.toml"
    file.write_text(f'[[field]]\nname = "f"\n{text}\n', encoding="utf-8")
    with pytest.raises((ConfigError, ConfigErrors), match=said) as caught:
        load_rules(load(file))
    assert f"{file}:" in str(caught.value)


def test_what_was_empty_before_and_hangs_on_nothing_that_changed_is_not_missing() -> None:
    """The one rule behind it all."""
    field = CustomField("f", required_on=("open",))
    settings = Settings(file=Path("x"), fields=(field,))
    before = Standing(Status.OPEN)
    assert missing(settings, before) == ["f"]
    assert missing(settings, Standing(Status.OPEN, category="a"), before=before) == []
    assert missing(settings, before, before=Standing()) == ["f"]
