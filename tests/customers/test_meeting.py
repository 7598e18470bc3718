"""Who comes by a channel that tells more of them than an address."""

from __future__ import annotations

from kfdesk.desk.customers import profile
from kfdesk.desk.customers.companies import add
from kfdesk.desk.customers.meeting import Claim, Person, meet
from kfdesk.desk.customers.suggest import suggestions
from tests.customers.known import groups, identities, row
from tests.desk.office import ANNA, Office, raw

OPENID = Claim("wechat.openid", "oA", verified=True)


def come(office: Office, *claims: Claim, name: str = "简") -> int:
    """Somebody comes by a channel."""
    with office.desk.store.write() as tx:
        return meet(tx, office.desk, [Person(name, claims)])[0]


def phone(*, verified: bool) -> Claim:
    """A number as a channel writes it."""
    return Claim("phone", "138 0013 8000", verified)


def test_a_new_identity_that_proves_the_same_person_joins(office: Office) -> None:
    """The same verified number, and by the same way an address."""
    office.receive(raw())
    profile.add_identity(office.desk, "1", "13800138000", ANNA, verified=True)
    assert come(office, OPENID, phone(verified=True)) == 1
    assert identities(office, 1)["wechat.openid:oA"] is True
    profile.add_identity(office.desk, "1", "jane@customer.example", ANNA, verified=True)
    assert come(office, Claim("qq", "7"), Claim("email", "Jane@Customer.example", True)) == 1
    assert set(identities(office, 1)) >= {"qq:7", "wechat.openid:oA"}


def test_a_number_that_is_not_proved_on_both_sides_joins_nobody(office: Office) -> None:
    """It is a suggestion, with what was said."""
    office.receive(raw())
    profile.add_identity(office.desk, "1", "13800138000", ANNA)
    assert come(office, OPENID, phone(verified=True)) == 2
    assert come(office, OPENID, phone(verified=True)) == 2
    (found,) = suggestions(office.desk, "2")
    assert (found.other, [one.kind.value for one in found.evidence]) == (1, ["claimed"])
    assert found.evidence[0].by == 2
    (seen,) = suggestions(office.desk, "1")
    assert seen.evidence == found.evidence
    assert identities(office, 2) == {"wechat.openid:oA": True}


def test_what_the_channel_knows_them_by_leads_to_whom_it_led_before(office: Office) -> None:
    """Whatever else they say."""
    one = come(office, OPENID)
    assert row(office, one).name == "简"
    assert come(office, OPENID, phone(verified=False)) == one
    assert identities(office, one) == {"wechat.openid:oA": True, "phone:+8613800138000": False}
    assert come(office, OPENID, phone(verified=True)) == one
    assert identities(office, one)["phone:+8613800138000"] is True


def test_claims_that_prove_two_people_prove_neither(office: Office) -> None:
    """A person decides."""
    first = come(office, Claim("email", "a@a.example", True))
    second = come(office, Claim("phone", "13800138000", True))
    third = come(office, OPENID, Claim("email", "a@a.example", True), phone(verified=True))
    assert third not in (first, second)
    assert {one.other for one in suggestions(office.desk, str(third))} == {first, second}


def test_a_claim_that_cannot_be_read_is_left_out(office: Office) -> None:
    """The others are kept."""
    one = come(office, OPENID, Claim("phone", "12"), Claim("email", "nothing"))
    assert identities(office, one) == {"wechat.openid:oA": True}


def test_who_comes_belongs_to_the_company_of_their_address(office: Office) -> None:
    """As by mail; groups follow with the first ticket."""
    add(office.desk, "One", ["one.example"], ANNA)
    one = come(office, OPENID, Claim("email", "j@one.example"))
    assert row(office, one).organisation_id is not None
    assert groups(office, one) == {}
