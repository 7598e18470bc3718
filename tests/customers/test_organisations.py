"""Companies, known by the domain of their people's mail."""

from __future__ import annotations

import pytest

from kfdesk.desk.customers import companies, profile
from kfdesk.errors import NotFound, UserError
from tests.customers.known import row, told
from tests.desk.office import ANNA, Office, raw


def test_the_customer_of_a_known_domain_belongs_to_its_organisation(office: Office) -> None:
    """Those who write from now on, and those there already."""
    office.receive(raw(), raw(sender="Bob <bob@other.example>"))
    found = companies.add(office.desk, "微鲸", ["customer.example"], ANNA)
    assert (found.name, found.domains, found.customers) == ("微鲸", ("customer.example",), 1)
    office.receive(raw(sender="Joe <joe@customer.example>"))
    assert [office.ticket(n).customer.organisation for n in (1, 2, 3)] == ["微鲸", "", "微鲸"]
    assert told(office, 1) == [("changed", {"organisation": [None, "微鲸"]})]


def test_tickets_are_found_by_organisation_and_by_its_domain(office: Office) -> None:
    """As a query says it."""
    office.receive(raw(), raw(sender="Bob <bob@other.example>"))
    companies.add(office.desk, "微鲸", ["customer.example", "example.cn"], ANNA)
    assert office.find('org:"微鲸"') == [1]
    assert office.find("org:example.cn") == [1]
    assert office.find("org:none") == [2]
    assert office.find("-org:微鲸") == [2]


@pytest.mark.parametrize("domain", ["qq.com", "163.com", "gmail.com", "outlook.com", "@QQ.com"])
def test_a_domain_at_which_anybody_gets_an_address_is_refused(office: Office, domain: str) -> None:
    """With the reason; and nothing is half done."""
    with pytest.raises(UserError, match="everybody an address"):
        companies.add(office.desk, "Everybody", ["fine.example", domain], ANNA)
    assert companies.listing(office.desk) == []


@pytest.mark.parametrize("domain", ["nothing", "a b.example", "", "x@y.example"])
def test_what_is_no_domain_is_refused(office: Office, domain: str) -> None:
    """It would never match."""
    with pytest.raises(UserError, match="no mail domain"):
        companies.add(office.desk, "X", [domain], ANNA)


def test_a_domain_belongs_to_one_organisation(office: Office) -> None:
    """And a name to one, too."""
    companies.add(office.desk, "One", ["one.example"], ANNA)
    with pytest.raises(UserError, match="of One already"):
        companies.add(office.desk, "Two", ["one.example"], ANNA)
    with pytest.raises(UserError, match="ONE” already"):
        companies.add(office.desk, "ONE", [], ANNA)


def test_an_organisation_is_renamed_given_domains_and_removed(office: Office) -> None:
    """Its people follow."""
    office.receive(raw())
    companies.add(office.desk, "One", ["one.example"], ANNA)
    found = companies.set_(
        office.desk, "one", ANNA, rename="First", add_domains=["customer.example"],
        remove_domains=["one.example"],
    )  # fmt: skip
    assert (found.name, found.domains, found.customers) == ("First", ("customer.example",), 1)
    assert office.ticket(1).customer.organisation == "First"
    companies.remove(office.desk, "First", ANNA)
    assert row(office, 1).organisation_id is None
    with pytest.raises(NotFound):
        companies.remove(office.desk, "First", ANNA)


def test_an_organisation_given_by_hand_stays(office: Office) -> None:
    """A domain that is added later does not take it away."""
    office.receive(raw())
    companies.add(office.desk, "By hand", [], ANNA)
    profile.set_(office.desk, "1", ["organisation=by hand"], ANNA)
    companies.add(office.desk, "By domain", ["customer.example"], ANNA)
    assert office.ticket(1).customer.organisation == "By hand"
    with pytest.raises(UserError, match="did you mean"):
        profile.set_(office.desk, "1", ["organisation=by hant"], ANNA)


def test_a_new_address_of_a_known_domain_brings_its_organisation(office: Office) -> None:
    """Where the customer has none."""
    office.receive(raw())
    companies.add(office.desk, "One", ["one.example"], ANNA)
    profile.add_identity(office.desk, "1", "jane@one.example", ANNA)
    assert office.ticket(1).customer.organisation == "One"
