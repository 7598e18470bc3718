"""What a person is known by is kept in one way, whoever wrote it down how."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.desk.customers import identity, profile
from kfdesk.desk.customers.people import named
from kfdesk.errors import NotFound, UserError
from kfdesk.settings import Desk
from kfdesk.store.people import profiles
from tests.customers.known import identities
from tests.desk.office import ANNA, Office, raw


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Jane@Example.COM", ("email", "jane@example.com")),
        ("email: Jane@Example.com ", ("email", "jane@example.com")),
        ("13800138000", ("phone", "+8613800138000")),
        ("phone:138-0013-8000", ("phone", "+8613800138000")),
        ("+86 138 0013 8000", ("phone", "+8613800138000")),
        ("phone:0086 13800138000", ("phone", "+8613800138000")),
        ("(010) 6505 1234", ("phone", "+861065051234")),
        ("+1 (415) 555-2671", ("phone", "+14155552671")),
        ("wechat.openid:oAbC_1", ("wechat.openid", "oAbC_1")),
        ("wechat.unionid:o6_bm", ("wechat.unionid", "o6_bm")),
    ],
)
def test_an_identity_is_kept_in_one_way(text: str, kept: tuple[str, str]) -> None:
    """Addresses in lower case, numbers as E.164, what else there is as it came."""
    assert identity.read(text, "CN") == kept


@pytest.mark.parametrize(
    "text", ["jane", "email:jane", "phone:12", "phone:+8600", "wechat.openid:"]
)
def test_what_is_no_identity_is_refused(text: str) -> None:
    """With a sentence that says how one is written."""
    with pytest.raises(UserError):
        identity.read(text, "CN")


def test_a_number_without_a_country_is_refused_where_the_desk_is_in_none() -> None:
    """Nothing is guessed."""
    with pytest.raises(UserError, match="country"):
        identity.read("phone:13800138000", "")


@given(st.text(max_size=40))
def test_reading_any_text_gives_an_identity_or_a_sentence(text: str) -> None:
    """And what was read stays the same when it is read again."""
    try:
        scheme, value = identity.read(text, "CN")
    except UserError:
        return
    assert identity.read(f"{scheme}:{value}", "") == (scheme, value)


def test_the_country_is_that_of_the_desks_time_zone(office: Office) -> None:
    """Where the zone is no country's, Chinese as the desk's language tells."""

    def country(zone: str, language: str | None) -> str:
        desk = Desk(timezone=zone, language=language)  # type: ignore[arg-type]
        return identity.country(replace(office.settings, desk=desk))

    assert country("Asia/Shanghai", "en") == "CN"
    assert country("Europe/Berlin", "zh") == "DE"
    assert country("UTC", "zh") == "CN"
    assert country("UTC", "en") == ""


def test_one_customer_has_many_identities_over_all_channels(office: Office) -> None:
    """Each finds them; whose it is proved to be stands beside it."""
    office.receive(raw())
    profile.add_identity(office.desk, "jane@customer.example", "phone:13800138000", ANNA)
    profile.add_identity(office.desk, "1", "wechat.openid:oAbC", ANNA, verified=True)
    assert identities(office, 1) == {
        "email:jane@customer.example": False,
        "phone:+8613800138000": False,
        "wechat.openid:oAbC": True,
    }
    with office.desk.store.read() as tx:
        for text in ("1", "138 0013 8000", "wechat.openid:oAbC", "JANE@customer.example"):
            assert named(tx, office.desk, text) == 1
        with pytest.raises(NotFound, match="customers list"):
            named(tx, office.desk, "nobody@else.example")


def test_an_identity_of_somebody_else_is_refused_with_the_way_to_merge(office: Office) -> None:
    """Nobody is joined by a slip of the hand."""
    office.receive(raw(), raw(sender="Bob <bob@other.example>"))
    with pytest.raises(UserError, match="customers merge 1 2"):
        profile.add_identity(office.desk, "1", "bob@other.example", ANNA)
    assert identities(office, 1) == {"email:jane@customer.example": False}


def test_an_identity_can_be_taken_away_but_not_the_last(office: Office) -> None:
    """And the address to write to is another one then."""
    office.receive(raw())
    with pytest.raises(UserError, match="add another"):
        profile.remove_identity(office.desk, "1", "jane@customer.example", ANNA)
    profile.add_identity(office.desk, "1", "j@home.example", ANNA)
    profile.remove_identity(office.desk, "1", "jane@customer.example", ANNA)
    assert identities(office, 1) == {"email:j@home.example": False}
    assert office.ticket(1).customer.email == "j@home.example"
    with pytest.raises(NotFound):
        profile.remove_identity(office.desk, "1", "jane@customer.example", ANNA)


def test_saying_that_an_identity_is_proved_marks_it(office: Office) -> None:
    """It need not be taken away first."""
    office.receive(raw())
    profile.add_identity(office.desk, "1", "jane@customer.example", ANNA, verified=True)
    assert identities(office, 1) == {"email:jane@customer.example": True}
    with office.desk.store.read() as tx:
        assert [line.kind for line in profiles.journal(tx, [1])] == ["verified"]
