"""Links between tickets: told on both sides, never in a circle; problems with their incidents."""

from __future__ import annotations

import pytest

from kfdesk.desk.tickets.link import link, unlink
from kfdesk.desk.tickets.plain import ticket_json
from kfdesk.desk.tickets.solving import solve
from kfdesk.errors import NotFound, UserError
from kfdesk.model import Direction, Status
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw
from tests.model.shop import FIELDS, put, ticket


@pytest.fixture
def office(opened: OpenOffice) -> Office:
    found = opened()
    for n in range(4):
        ticket(found, email=f"c{n}@example.com")
    return found


def told(office: Office, number: int) -> list[tuple[str, int]]:
    """The links of a ticket, without the reasons."""
    return [(kind, other) for kind, other, _why in office.ticket(number).links]


BOTH = [
    ("parent", "child"), ("child", "parent"), ("problem", "incident"), ("incident", "problem"),
    ("related", "related"), ("duplicate", "duplicate"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "inverse"), BOTH)
def test_a_link_is_told_on_both_sides_by_the_word_of_that_side(
    office: Office, kind: str, inverse: str
) -> None:
    """On the tickets, in their JSON, in both journals and in queries."""
    found = link(office.desk, 1, kind, 2, ANNA)
    assert ticket_json(found)["links"] == [{"kind": kind, "number": 2, "reason": ""}]
    assert told(office, 2) == [(inverse, 1)]
    assert office.events(1)[-1].changes == {"links": ([], [[kind, 2]])}
    assert office.events(2)[-1].changes == {"links": ([], [[inverse, 1]])}
    assert set(office.find(f"link:{kind}")) == {1} | ({2} if kind == inverse else set())
    assert set(office.find(f"link:{inverse}")) == {2} | ({1} if kind == inverse else set())
    assert office.find("link:none sort:number") == [3, 4]


@pytest.mark.parametrize(("kind", "inverse"), BOTH)
def test_the_same_link_from_either_side_is_one(office: Office, kind: str, inverse: str) -> None:
    """Made again it changes nothing; taken apart from the other side it is gone on both."""
    link(office.desk, 1, kind, 2, ANNA)
    before = len(office.events(1)), len(office.events(2))
    link(office.desk, 2, inverse, 1, ANNA)
    link(office.desk, 2, f"{kind}-of", 1, ANNA)
    assert (len(office.events(1)), len(office.events(2))) == before
    unlink(office.desk, 2, 1, ANNA)
    assert told(office, 1) == told(office, 2) == []
    assert office.events(1)[-1].changes == {"links": ([[kind, 2]], [])}
    with pytest.raises(UserError, match="not linked"):
        unlink(office.desk, 1, 2, ANNA)


def test_what_a_mail_may_belong_to_is_told_there_too(office: Office) -> None:
    """And so is the ticket that follows another."""
    office.receive(raw("x", "Stranger <s@other.example>", Subject="[KF-1-3] Hello"))
    assert told(office, 5) == [("maybe", 1)]
    assert told(office, 1) == [("maybe-here", 5)]


def test_a_circle_of_parents_is_refused(office: Office) -> None:
    """However long, and from whichever side it would be closed; nothing is half done."""
    link(office.desk, 1, "parent", 2, ANNA)
    link(office.desk, 2, "parent", 3, ANNA)
    for number, kind, other in ((3, "parent", 1), (1, "child", 3), (2, "parent", 1)):
        with pytest.raises(UserError, match=r"circle|already"):
            link(office.desk, number, kind, other, ANNA)
    with pytest.raises(UserError, match="itself"):
        link(office.desk, 1, "parent", 1, ANNA)
    assert told(office, 3) == [("child", 2)]


def test_a_ticket_has_one_parent_and_belongs_to_one_problem(office: Office) -> None:
    """The other is named; children it may have many."""
    link(office.desk, 1, "parent", 2, ANNA)
    link(office.desk, 3, "parent", 2, ANNA)
    with pytest.raises(UserError, match="has the parent 2 already"):
        link(office.desk, 4, "child", 1, ANNA)
    link(office.desk, 1, "problem", 4, ANNA)
    with pytest.raises(UserError, match="incident of 4 already"):
        link(office.desk, 1, "problem", 3, ANNA)


def test_a_parent_is_not_solved_before_its_children(office: Office) -> None:
    """By nobody; together they are, and what is gone or spam stands in nobody's way."""
    link(office.desk, 1, "child", 2, ANNA)
    link(office.desk, 1, "child", 3, ANNA)
    with pytest.raises(UserError, match="solve #2, #3 first"):
        put(office, 1, "status=solved")
    put(office, 2, "status=solved")
    put(office, 3, "spam=yes")
    assert put(office, 1, "status=closed").status is Status.CLOSED


def test_a_link_needs_two_tickets_and_a_word_that_is_known(office: Office) -> None:
    with pytest.raises(NotFound):
        link(office.desk, 1, "parent", 99, ANNA)
    with pytest.raises(NotFound):
        link(office.desk, 99, "parent", 1, ANNA)
    with pytest.raises(UserError, match="did you mean parent"):
        link(office.desk, 1, "parnet", 2, ANNA)


# --- problems and their incidents


def test_a_problem_is_solved_alone_and_tells_which_incidents_wait(office: Office) -> None:
    link(office.desk, 2, "incident-of", 1, ANNA)
    found = solve(office.desk, 1, ANNA)
    assert (found.ticket.status, found.waiting, found.incidents) == (Status.SOLVED, (2,), ())
    assert office.ticket(2).status is Status.NEW


def test_a_problem_with_its_incidents_is_solved_by_one_reply_in_one_operation(
    office: Office,
) -> None:
    """Each customer gets it; one who has no address is not held up by that."""
    for number in (2, 3, 4):
        link(office.desk, 1, "incident", number, ANNA)
    put(office, 4, "status=solved")
    found = solve(office.desk, 1, ANNA, "It works again.", incidents=True)
    assert (found.incidents, found.waiting) == ((2, 3), ())
    for number in (1, 2, 3):
        assert office.ticket(number).status is Status.SOLVED
        said = office.messages(number)[-1]
        assert (said.direction, said.text) == (Direction.OUT, "It works again.")
    assert len(office.messages(4)) == 1
    assert len({office.events(n)[-1].operation for n in (1, 2, 3)}) == 1


def test_where_one_of_them_lacks_a_field_none_is_solved(opened: OpenOffice) -> None:
    """Nothing half done, nothing sent."""
    office = opened(FIELDS)
    ticket(office, "order_no=A123")
    ticket(office)
    link(office.desk, 1, "incident", 2, ANNA)
    with pytest.raises(UserError, match="订单号"):
        solve(office.desk, 1, ANNA, "Done.", incidents=True)
    assert {office.ticket(n).status for n in (1, 2)} == {Status.NEW}
    assert office.outbox() == []


RULE = """
[[trigger]]
name = "to the problem"
on = ["created"]
when = "subject~outage"
do = [{ link = { ticket = 1, kind = "problem" } }, { tag = "linked" }]
"""


def test_a_rule_links_on_both_sides(opened: OpenOffice) -> None:
    """What would be a circle fails as an action."""
    office = opened(RULE)
    office.receive(raw(), raw(Subject="outage", sender="b@customer.example"))
    assert told(office, 2) == [("problem", 1)]
    assert told(office, 1) == [("incident", 2)]
    assert office.events(1)[-1].rule == "to the problem"
