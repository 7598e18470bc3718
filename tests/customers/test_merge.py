"""Two customers who are one person, and one who turns out to be two."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfdesk.desk.customers import companies, membership, profile
from kfdesk.desk.customers.merge import merge, unmerge
from kfdesk.errors import UserError
from tests.customers.conftest import CONFIGURATION
from tests.customers.known import groups, identities, row, state, told, whose
from tests.desk.office import ANNA, Office, raw

HOME = "Jane <jane@home.example>"


def two(office: Office) -> None:
    """Jane at work, with two tickets, and Jane at home, with one."""
    office.receive(raw(), raw(Subject="another"), raw(sender=HOME))


def test_a_merge_moves_identities_tickets_groups_organisation_and_fields(office: Office) -> None:
    """What the target lacks it gets."""
    two(office)
    companies.add(office.desk, "Customer Ltd", ["customer.example"], ANNA)
    profile.set_(office.desk, "1", ["level=gold", "language=en", "phone=13800138000"], ANNA)
    membership.group(office.desk, "1", ["+VIP"], ANNA)
    done = merge(office.desk, "1", "2", ANNA)
    assert (done.customer, done.into, done.tickets) == (1, 2, (1, 2))
    assert whose(office) == {1: 2, 2: 2, 3: 2}
    assert set(identities(office, 2)) == {
        "email:jane@customer.example", "email:jane@home.example", "phone:+8613800138000",
    }  # fmt: skip
    assert groups(office, 2) == {"VIP": True}
    found = office.ticket(3).customer
    assert (found.organisation, found.language, found.fields) == (
        "Customer Ltd", "en", {"level": "gold"},
    )  # fmt: skip
    assert office.find("customer.group:VIP") == [1, 2, 3] or sorted(
        office.find("customer.group:VIP")
    ) == [1, 2, 3]


def test_where_both_say_something_the_targets_stays_and_the_other_is_in_the_journal(
    office: Office,
) -> None:
    """Nothing is lost."""
    two(office)
    profile.set_(office.desk, "1", ["level=gold", "name=Jane Doe"], ANNA)
    profile.set_(office.desk, "2", ["level=silver"], ANNA)
    done = merge(office.desk, "1", "2", ANNA)
    assert row(office, 2).fields == {"level": "silver"}
    assert done.conflicts == {
        "name": ("Jane Doe", "Jane"),
        "email": ("jane@customer.example", "jane@home.example"),
        "field.level": ("gold", "silver"),
    }
    kind, changes = told(office, 2)[-1]
    assert kind == "absorbed"
    assert changes["field.level"] == ["gold", "silver"]


def test_the_merged_one_leads_to_its_target(office: Office) -> None:
    """A mail of theirs, their number, their address."""
    two(office)
    merge(office.desk, "1", "2", ANNA)
    office.receive(raw(Subject="later"))
    assert office.ticket(4).customer.id == 2
    assert profile.set_(office.desk, "1", ["name=J"], ANNA) == 2
    assert row(office, 2).name == "J"
    office.receive(raw(sender="Bob <bob@other.example>"))
    assert merge(office.desk, "3", "1", ANNA).into == 2


def test_a_merge_with_oneself_or_in_a_circle_is_refused(office: Office) -> None:
    """And one who was merged already is not merged again."""
    two(office)
    with pytest.raises(UserError, match="themselves"):
        merge(office.desk, "1", "1", ANNA)
    merge(office.desk, "1", "2", ANNA)
    with pytest.raises(UserError, match="circle"):
        merge(office.desk, "2", "1", ANNA)
    with pytest.raises(UserError, match="unmerge 1"):
        merge(office.desk, "1", "2", ANNA)


def test_a_merge_shows_its_evidence_and_changes_nothing_when_it_is_only_tried(
    office: Office,
) -> None:
    """The name alone is no evidence; one company's domain is."""
    office.receive(raw(), raw(sender="Jane <j.doe@customer.example>"))
    before = state(office)
    done = merge(office.desk, "1", "2", ANNA, dry_run=True)
    assert [one.kind for one in done.evidence] == ["domain"]
    assert state(office) == before


def test_each_ticket_that_moves_says_so(office: Office) -> None:
    """A merge is no event of its tickets: no rule looks at it."""
    two(office)
    merge(office.desk, "1", "2", ANNA)
    event = office.events(1)[-1]
    assert (event.kind, event.changes, str(event.actor)) == (
        "customer",
        {"customer": (1, 2)},
        "anna",
    )
    assert office.ticket(1).version == 1


def test_no_rule_fires_at_a_merge(make: Callable[..., Office]) -> None:
    """What has become true of the customer is seen at the next event of a ticket."""
    office = make(
        """
[[trigger]]
name = "VIP"
when = "customer.group:VIP"
always = true
do = [{ tag = ["vip"] }]
"""
    )
    two(office)
    membership.group(office.desk, "2", ["+VIP"], ANNA)
    merge(office.desk, "1", "2", ANNA)
    assert office.ticket(1).tags == ()
    said = office.messages(1)[0].message_id
    office.receive(raw(answers=[said]))
    assert office.ticket(1).tags == ("vip",)


def test_an_unmerge_gives_back_what_was_theirs(office: Office) -> None:
    """Also later, and what the target got from them it has no more."""
    two(office)
    profile.set_(office.desk, "1", ["level=gold"], ANNA)
    membership.group(office.desk, "1", ["+VIP"], ANNA)
    before = state(office)
    merge(office.desk, "1", "2", ANNA)
    office.later(days=400)
    done = unmerge(office.desk, "1", ANNA)
    assert state(office) == before
    assert done.tickets == (1, 2)
    with pytest.raises(UserError, match="nobody"):
        unmerge(office.desk, "1", ANNA)


def test_tickets_that_came_since_by_an_identity_of_theirs_go_back_with_them(
    office: Office,
) -> None:
    """Those of the target's own identities stay."""
    two(office)
    merge(office.desk, "1", "2", ANNA)
    office.receive(raw(Subject="by work"), raw(sender=HOME, Subject="by home"))
    unmerge(office.desk, "1", ANNA)
    assert whose(office) == {1: 1, 2: 1, 3: 2, 4: 1, 5: 2}
    assert office.ticket(4).subject == "by work"


def test_what_was_changed_since_the_merge_stays_with_the_target(office: Office) -> None:
    """It was said of the person that they were then."""
    two(office)
    profile.set_(office.desk, "1", ["level=gold"], ANNA)
    merge(office.desk, "1", "2", ANNA)
    profile.set_(office.desk, "2", ["level=silver"], ANNA)
    unmerge(office.desk, "1", ANNA)
    assert row(office, 1).fields == {"level": "gold"}
    assert row(office, 2).fields == {"level": "silver"}


def test_a_chain_of_merges_comes_apart_in_any_order(office: Office) -> None:
    """Whoever is taken out of the middle takes along who was merged into them."""
    two(office)
    office.receive(raw(sender="J <j@third.example>"))
    merge(office.desk, "1", "2", ANNA)
    merge(office.desk, "2", "3", ANNA)
    assert whose(office) == {1: 3, 2: 3, 3: 3, 4: 3}
    unmerge(office.desk, "2", ANNA)
    assert whose(office) == {1: 2, 2: 2, 3: 2, 4: 3}
    merge(office.desk, "2", "3", ANNA)
    unmerge(office.desk, "1", ANNA)
    assert whose(office) == {1: 1, 2: 1, 3: 3, 4: 3}


def test_undo_takes_a_merge_back(office: Office) -> None:
    """As any other thing that a person did."""
    from kfdesk.desk.history.undo import undo

    two(office)
    profile.set_(office.desk, "1", ["level=gold"], ANNA)
    membership.group(office.desk, "1", ["+VIP"], ANNA)
    before = state(office)
    merge(office.desk, "1", "2", ANNA)
    undo(office.desk, ANNA)
    assert state(office) == before


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32))
def test_random_merges_and_unmerges_give_back_the_same_desk(seed: int) -> None:
    """Whatever was merged into whatever, and in whatever order it is taken apart."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder), CONFIGURATION)
        people = [f"P{n} <p{n}@{n % 3}.example>" for n in range(7)]
        office.receive(*(raw(sender=p, Subject=f"{n}") for p in people for n in range(2)))
        for n in range(1, 8):
            if n % 2:
                profile.set_(
                    office.desk, f"{n}", [f"points={n}", f"language=x{'abcdefgh'[n]}"], ANNA
                )
            if n % 3:
                membership.group(office.desk, f"{n}", ["+VIP"], ANNA)
            if n > 4:
                profile.set_(office.desk, f"{n}", ["name="], ANNA)
        before = state(office)
        merged: set[int] = set()
        for _step in range(14):
            if merged and chance.random() < 0.4:
                one = chance.choice(sorted(merged))
                unmerge(office.desk, f"{one}", ANNA)
                merged.remove(one)
            else:
                one, other = chance.randint(1, 7), chance.randint(1, 7)
                try:
                    merge(office.desk, f"{one}", f"{other}", ANNA)
                except UserError:
                    continue
                merged.add(one)
        for one in chance.sample(sorted(merged), len(merged)):
            unmerge(office.desk, f"{one}", ANNA)
        assert state(office) == before
        office.close()
