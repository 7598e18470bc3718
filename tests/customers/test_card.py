"""The customer whole, and one time line over all channels."""

from __future__ import annotations

import json

from rich.cells import cell_len

from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.customers import card as cards
from kfdesk.desk.customers import membership, profile
from kfdesk.desk.customers.card import card
from kfdesk.desk.customers.merge import merge
from kfdesk.desk.customers.page import page
from kfdesk.desk.tickets.plain import moment
from tests.desk.office import ANNA, Office, raw


def lines(office: Office, who: str, width: int = 80) -> list[str]:
    """The card as text."""
    found = page(card(office.desk, who), office.settings, width)
    return ["".join(text for text, _style in line) for line in found]


def lived(office: Office) -> None:
    """A customer with a past: two addresses, a call, a note, an answer, a score."""
    office.receive(raw("I want a refund.\r\n"))
    office.later(minutes=1)
    note(office.desk, 1, "She is right.", ANNA)
    office.later(minutes=1)
    reply(office.desk, 1, "You get it.", ANNA)
    office.later(minutes=1)
    membership.group(office.desk, "1", ["+VIP"], ANNA)
    office.later(minutes=1)
    office.receive(raw("Me again.\r\n", sender="J <j@home.example>", Date=""))
    office.sql("UPDATE ticket SET channel = 'phone' WHERE id = 2")
    office.sql(
        "INSERT INTO survey (ticket_id, asked_at, answered_at, score, comment) "
        "VALUES (1, :asked, :at, 4, 'good')",
        asked=int(office.now.timestamp() * 1000),
        at=int(office.now.timestamp() * 1000) + 1000,
    )
    office.later(minutes=1)
    merge(office.desk, "2", "1", ANNA)


def test_the_time_line_holds_all_that_happened_whoever_the_channel(office: Office) -> None:
    """Tickets, messages, calls, notes, scores, groups and merges, the newest first."""
    lived(office)
    found = card(office.desk, "1")
    assert [(one.kind.value, one.what or one.text.strip()) for one in found.moments] == [
        ("profile", "absorbed"),
        ("profile", "merged"),
        ("score", "good"),
        ("asked", ""),
        ("message", "Me again."),
        ("ticket", "new"),
        ("profile", "group"),
        ("message", "You get it."),
        ("message", "She is right."),
        ("ticket", "open"),
        ("message", "I want a refund."),
    ]
    assert {one.channel for one in found.moments if one.kind == "message"} == {"email", "phone"}


def test_the_card_says_who_they_are_and_how_much_there_was(office: Office) -> None:
    """Identities with their marks, groups, fields, figures."""
    lived(office)
    profile.set_(office.desk, "1", ["level=gold"], ANNA)
    profile.add_identity(office.desk, "1", "13800138000", ANNA, verified=True)
    text = "\n".join(lines(office, "j@home.example"))
    for part in (
        "Customer 1: Jane", "jane@customer.example", "j@home.example", "+8613800138000  ✓ proved",
        "VIP (by hand)", "等级", "gold", "2: 2 open, 0 solved", "4 of 5", "Merged into them",
    ):  # fmt: skip
        assert part in text, text
    assert max(map(cell_len, text.splitlines())) <= 80


def test_a_line_fits_any_width(office: Office) -> None:
    """Chinese takes two cells."""
    office.receive(raw("我想退款," * 60, sender="王芳 <w@w.example>", Subject="退款" * 40))
    for width in (40, 80, 133):
        assert max(map(cell_len, lines(office, "1", width))) <= width


def test_a_long_past_is_read_in_parts(office: Office) -> None:
    """The index whole, the lines as they are looked at."""
    office.receive(*(raw(Subject=f"{n}") for n in range(30)))
    found = card(office.desk, "1", limit=10)
    assert (len(found.points), len(found.moments)) == (60, 10)
    rest = cards.more(office.desk, found.points[10:])
    assert len({(one.kind, one.id) for one in (*found.moments, *rest)}) == 60
    assert "50 earlier lines" in lines(office, "1")[-1] or len(rest) == 50


def test_the_json_of_a_card_holds_it_all(office: Office) -> None:
    """For other programs."""
    lived(office)
    found = json.loads(json.dumps(card(office.desk, "1").as_json(), default=moment))
    assert found["figures"] | {"first_seen": "", "last_seen": ""} == {
        "tickets": 2, "open": 2, "solved": 0, "messages": 4, "first_seen": "", "last_seen": "",
        "satisfaction": 4.0,
    }  # fmt: skip
    assert found["groups"] == [{"name": "VIP", "by_hand": True}]
    assert {one["value"] for one in found["identities"]} == {
        "jane@customer.example", "j@home.example",
    }  # fmt: skip
    assert found["timeline_count"] == len(found["timeline"]) == 11
    assert found["merged"] == [2]


def test_what_may_be_the_same_person_stands_on_the_card(office: Office) -> None:
    """With what speaks for it."""
    office.receive(raw(sender="a+x@own.example"), raw(sender="a@own.example"))
    assert any("lead to one mailbox" in line for line in lines(office, "1"))
