"""Groups of customers: by hand, and by a condition that is looked at when something changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kfdesk.config import load
from kfdesk.desk.customers import companies, membership, profile
from kfdesk.desk.history.undo import undo
from kfdesk.desk.tickets.change import change
from kfdesk.errors import UserError
from kfdesk.model import Change, Priority, Status
from tests.customers.known import groups, told
from tests.desk.office import ANNA, Office, raw

BIG = "Buyer <b@bigbuyer.example>"


def test_a_customer_is_put_into_a_group_by_hand_and_taken_out(office: Office) -> None:
    """Each is a line of the customer's journal."""
    office.receive(raw())
    membership.group(office.desk, "jane@customer.example", ["+VIP"], ANNA)
    assert groups(office, 1) == {"VIP": True}
    assert office.find("customer.group:VIP") == [1]
    membership.group(office.desk, "1", ["-vip"], ANNA)
    assert groups(office, 1) == {}
    assert told(office, 1) == [
        ("group", {"group": [None, "VIP"]}), ("group", {"group": ["VIP", None]}),
    ]  # fmt: skip


def test_a_group_by_hand_must_be_one_of_the_configuration(office: Office) -> None:
    """The nearest one is named."""
    office.receive(raw())
    with pytest.raises(UserError, match="did you mean VIP"):
        membership.group(office.desk, "1", ["+VIPS"], ANNA)
    with pytest.raises(UserError, match="write \\+VIP"):
        membership.group(office.desk, "1", ["VIP"], ANNA)


def test_a_customer_joins_a_group_by_its_condition_and_leaves_it_when_it_holds_no_more(
    office: Office,
) -> None:
    """At the change that makes it so."""
    office.receive(raw(sender=BIG), raw())
    assert groups(office, 1) == {"KA": False}
    profile.add_identity(office.desk, "1", "b@home.example", ANNA)
    profile.remove_identity(office.desk, "1", "b@bigbuyer.example", ANNA)
    assert groups(office, 1) == {}
    profile.add_identity(office.desk, "2", "jane@bigbuyer.example", ANNA)
    assert groups(office, 2) == {"KA": False}
    assert [change for kind, change in told(office, 1) if kind == "group"] == [
        {"group": [None, "KA"]}, {"group": ["KA", None]},
    ]  # fmt: skip


def test_by_hand_a_customer_stays_where_the_condition_does_not_hold(office: Office) -> None:
    """And one who is there by the condition is not taken out by hand."""
    office.receive(raw(sender=BIG), raw())
    membership.group(office.desk, "2", ["+KA"], ANNA)
    profile.set_(office.desk, "2", ["name=J"], ANNA)
    assert groups(office, 2) == {"KA": True}
    with pytest.raises(UserError, match="by its condition"):
        membership.group(office.desk, "1", ["-KA"], ANNA)
    membership.group(office.desk, "1", ["+KA"], ANNA)
    assert groups(office, 1) == {"KA": True}
    membership.group(office.desk, "1", ["-KA"], ANNA)
    assert groups(office, 1) == {"KA": False}


def test_when_the_configuration_changes_everybody_is_looked_at(
    make: Callable[..., Office], tmp_path: Path
) -> None:
    """Whose condition holds now joins, whose held before leaves; by hand stays."""
    office = make()
    office.receive(raw(sender=BIG), raw(), raw(sender="C <c@c.example>"))
    membership.group(office.desk, "3", ["+KA"], ANNA)
    office.close()
    text = office.file.read_text().replace("*@bigbuyer.example", "*@customer.example")
    office.file.write_text(text)
    office.desk = office.desk.open(load(office.file), lambda: office.now)
    assert [groups(office, n) for n in (1, 2, 3)] == [{}, {"KA": False}, {"KA": True}]
    office.file.write_text(text.replace('when = "customer.email:*@customer.example"', ""))
    office.desk = office.desk.with_settings(load(office.file))
    assert [groups(office, n) for n in (1, 2, 3)] == [{}, {}, {"KA": True}]


def test_a_configuration_that_says_the_same_asks_nobody(office: Office) -> None:
    """Opening a desk writes nothing."""
    office.receive(raw(sender=BIG))
    before = office.desk.store.counter()
    office.desk = office.desk.with_settings(replace(office.settings))
    assert office.desk.store.counter() == before


def test_a_change_of_a_customer_is_no_event_of_their_tickets(make: Callable[..., Office]) -> None:
    """Rules see it at the next event; a schedule's condition that holds no more is left at once."""
    office = make(
        """
[[trigger]]
name = "VIP are urgent"
when = "customer.group:VIP"
always = true
do = [{ set = { priority = "urgent" } }]
[[schedule]]
name = "Look after gold"
every = "hour"
when = "customer.field.level:gold"
do = [{ tag = ["gold"] }]
"""
    )
    from kfdesk.desk.tickets.change import change
    from kfdesk.model import Change

    office.receive(raw())
    profile.set_(office.desk, "1", ["level=gold"], ANNA)
    membership.group(office.desk, "1", ["+VIP"], ANNA)
    assert office.ticket(1).priority == "normal"
    change(office.desk, 1, Change(subject="Another"), ANNA)
    assert office.ticket(1).priority == "urgent"
    office.sql(
        "INSERT INTO epoch (schedule, ticket_id, since, fired_at) VALUES ('Look after gold',1,0,0)"
    )
    profile.set_(office.desk, "1", ["level=silver"], ANNA)
    assert office.sql("SELECT * FROM epoch") == []


def test_a_group_by_company_is_joined_with_the_company(make: Callable[..., Office]) -> None:
    """One condition follows from another."""
    office = make('[[group]]\nname = "partners"\nwhen = "org:Partner"\n')
    office.receive(raw())
    companies.add(office.desk, "Partner Ltd", ["customer.example"], ANNA)
    assert groups(office, 1) == {"partners": False}
    companies.remove(office.desk, "partner ltd", ANNA)
    assert groups(office, 1) == {}


def test_a_group_by_what_tickets_are_is_joined_and_left_as_they_change(
    make: Callable[..., Office],
) -> None:
    """By a person, by a rule, and back by undo; the change of what it does not name asks nobody."""
    office = make(
        '[[group]]\nname = "Urgent"\nwhen = "priority:urgent is:open"\n'
        '[[trigger]]\nname = "calm"\non = ["updated"]\nwhen = "tag:calm"\n'
        'do = [{ set = { priority = "low" } }]\n'
    )
    office.receive(raw(), raw())
    change(office.desk, 1, Change(priority=Priority.URGENT), ANNA)
    assert groups(office, 1) == {"Urgent": False}
    change(office.desk, 1, Change(add_tags=("calm",)), ANNA)
    assert groups(office, 1) == {}
    undo(office.desk, ANNA, 1)
    assert groups(office, 1) == {"Urgent": False}
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    assert groups(office, 1) == {}
