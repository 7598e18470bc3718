"""What is likely, but not proved, is a suggestion with its evidence, and never a join."""

from __future__ import annotations

import pytest

from kfdesk.desk.customers import companies, profile
from kfdesk.desk.customers.merge import merge
from kfdesk.desk.customers.suggest import suggestions
from tests.customers.known import whose
from tests.desk.office import ANNA, Office, raw


def found(office: Office, who: str = "") -> list[tuple[int, int, list[str]]]:
    """The suggestions: who, who else, which evidence."""
    return [
        (one.customer, one.other, [evidence.kind.value for evidence in one.evidence])
        for one in suggestions(office.desk, who)
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jane+shop@own.example", "jane@own.example"),
        ("jane.doe@gmail.com", "janedoe@googlemail.com"),
        ("JaneDoe+a@gmail.com", "j.a.n.e.doe@gmail.com"),
    ],
)
def test_two_ways_of_writing_one_mailbox_are_a_suggestion(
    office: Office, one: str, other: str
) -> None:
    """Seen from either, and in the list of all."""
    office.receive(raw(sender=f"A <{one}>"), raw(sender=f"B <{other}>"))
    assert found(office, "1") == [(1, 2, ["mailbox"])]
    assert found(office, "2") == [(2, 1, ["mailbox"])]
    assert found(office) == [(1, 2, ["mailbox"])]
    assert whose(office) == {1: 1, 2: 2}


def test_addresses_that_are_two_mailboxes_are_none(office: Office) -> None:
    """Dots count where the server is not Google's."""
    office.receive(
        raw(sender="A <jane.doe@own.example>"),
        raw(sender="B <janedoe@own.example>"),
        raw(sender="C <jane@own.example>"),
    )
    assert found(office) == []


def test_the_same_name_at_one_companys_domain_is_a_suggestion(office: Office) -> None:
    """At a domain that gives everybody an address it is none: there are many 王芳."""
    office.receive(
        raw(sender="王芳 <fang@bigbuyer.example>"), raw(sender="王芳 <wf@bigbuyer.example>"),
        raw(sender="李伟 <a@qq.com>"), raw(sender="李伟 <b@qq.com>"),
    )  # fmt: skip
    assert found(office, "1") == [(1, 2, ["domain"])]
    assert found(office, "3") == []
    assert found(office) == [(1, 2, ["domain"])]


def test_the_same_name_in_one_organisation_is_a_suggestion(office: Office) -> None:
    """Whatever they write from."""
    office.receive(raw(), raw(sender="Jane <jane@qq.com>"))
    companies.add(office.desk, "One", ["customer.example"], ANNA)
    profile.set_(office.desk, "2", ["organisation=One"], ANNA)
    assert found(office, "2") == [(2, 1, ["company"])]
    assert found(office) == [(1, 2, ["company"])]


def test_who_signs_with_anothers_address_is_a_suggestion(office: Office) -> None:
    """Seen from either; an address in a quoted text, or in the middle, is none."""
    signed = "Where is my order?\r\n\r\n-- \r\nJane Doe\r\nprivately: J@Home.example\r\n"
    office.receive(raw(signed), raw(sender="JD <j@home.example>"))
    assert found(office, "1") == [(1, 2, ["signed"])]
    assert found(office, "2") == [(2, 1, ["signed"])]
    quoted = "Thanks.\r\n\r\nOn Monday Bob wrote:\r\n> write to bob@else.example\r\n"
    office.receive(raw(quoted, sender="Q <q@q.example>"), raw(sender="Bob <bob@else.example>"))
    assert found(office, "q@q.example") == []
    assert found(office, "bob@else.example") == []


def test_who_signs_with_the_same_number_is_a_suggestion(office: Office) -> None:
    """However the number is written."""
    office.receive(
        raw("请退款。\r\n\r\n王芳\r\n电话:138 0013 8000\r\n", sender="a@one.example"),
        raw("Refund.\r\n\r\nFang Wang, +8613800138000\r\n", sender="b@two.example"),
    )
    assert found(office, "2") == [(2, 1, ["number"])] or found(office, "1") == [(1, 2, ["number"])]


def test_who_signs_with_a_number_that_somebody_is_known_by_is_a_suggestion(office: Office) -> None:
    """Not proved in a signature."""
    office.receive(raw("Hi\r\n-- \r\nTel. 138-0013-8000\r\n"), raw(sender="B <b@b.example>"))
    profile.set_(office.desk, "2", ["phone=13800138000"], ANNA)
    assert found(office, "1") == [(1, 2, ["signed"])]


def test_evidence_is_said_in_words(office: Office) -> None:
    """With what is shared."""
    office.receive(raw(sender="a+x@own.example"), raw(sender="a@own.example"))
    (one,) = suggestions(office.desk, "1")
    assert str(one.evidence[0]) == "a+x@own.example and a@own.example lead to one mailbox"


def test_who_was_merged_is_suggested_no_more(office: Office) -> None:
    """They are one already."""
    office.receive(raw(sender="a+x@own.example"), raw(sender="a@own.example"))
    merge(office.desk, "1", "2", ANNA)
    assert found(office) == []
    assert found(office, "2") == []
