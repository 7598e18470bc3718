"""What an import keeps of a desk, and what it tells of what it could not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kfdesk.desk.porting.order import Brought
from kfdesk.errors import UserError
from kfdesk.model import Direction, Status
from tests.desk.office import raw
from tests.porting.conftest import USERS, Port, Write, comment, ticket


def bring(port: Port, write: Write, *tickets: object, **keys: Any) -> Brought:
    write("users.json", USERS)
    write("tickets.json", {"tickets": list(tickets)})
    return port.bring("kf5", write("empty.json", {"comments": []}), **keys)


def test_times_authors_and_statuses_are_those_of_the_source(port: Port, write: Write) -> None:
    write("comments.json", {"comments": [
        comment(1, 5), comment(2, 5, author_id=733, created_at="2026-03-01 12:00:00"),
        comment(3, 5, author_id=734, public=False, created_at="2026-03-01 13:00:00"),
    ]})  # fmt: skip
    bring(port, write, ticket(5, status="solved", resolved_at="2026-03-02 09:00:00"))
    found = port.ticket(1)
    assert found.status is Status.SOLVED
    assert found.created_at == datetime(2026, 3, 1, 2, tzinfo=UTC)
    assert found.updated_at == datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert port.sql("SELECT solved_at, first_response_at FROM ticket") == [
        (1772413200000, 1772337600000)
    ]
    assert [(m.direction, m.author) for m in port.messages(1)] == [
        (Direction.IN, "Jane"),
        (Direction.OUT, "anna"),  # an agent here
        (Direction.NOTE, "Gone"),  # one no more: the name stays
    ]


def test_a_status_of_the_teams_own_is_met_by_its_title(port: Port, write: Write) -> None:
    bring(port, write, ticket(5, status="等待财务"), ticket(6, status="待定"))
    assert (port.ticket(1).status, port.ticket(1).substatus) == (Status.PENDING, "finance")
    assert port.ticket(2).status is Status.OPEN
    assert "待定" in port.messages(2)[-1].text
    assert [field for _line, field, _why in port.reasons("changed")] == ["status"]


def test_words_of_the_source_can_be_mapped(port: Port, write: Write) -> None:
    one = ticket(5, status="待定", custom_fields=[
        {"name": "field_8", "value": "B777"}, {"name": "field_9", "value": "售后/退款"},
    ])  # fmt: skip
    bring(port, write, one, mapping=["status.待定=hold", "field_8=order_no", "field_9=category"])
    found = port.ticket(1)
    assert (found.status, found.fields, found.category) == (
        Status.HOLD, {"order_no": "B777"}, "售后/退款",
    )  # fmt: skip
    assert port.findings == []


def test_a_value_that_does_not_fit_is_told_and_kept_in_a_note(port: Port, write: Write) -> None:
    bring(port, write, ticket(4), ticket(5, custom_fields=[
        {"name": "order_no", "value": "no order"}, {"name": "weight", "value": "3.5"},
    ]))  # fmt: skip
    assert port.ticket(2).fields == {"weight": 3.5}
    (finding,) = port.findings
    assert (finding.key, finding.field, finding.value) == ("5", "order_no", "no order")
    assert finding.spot.file.endswith("tickets.json")
    note = port.messages(2)[-1]
    assert note.direction is Direction.NOTE
    assert "订单号: no order" in note.text


def test_what_has_no_place_here_stays_in_the_history(port: Port, write: Write) -> None:
    bring(port, write, ticket(5, assignee_id=734, custom_fields=[{"name": "f", "value": "x"}]))
    (event,) = port.events(1)
    assert (event.kind, event.text) == ("imported", "kf5 5")
    assert event.changes["kf5.f"] == (None, "x")
    assert event.changes["kf5.assignee"] == (None, "Gone")
    assert port.ticket(1).assignee == ""


def test_an_unknown_category_is_kept_as_a_tag(port: Port, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("subject,category\nA,售后/退款\nB,Else/Where\n", encoding="utf-8")
    port.bring("csv", file)
    assert (port.ticket(1).category, port.ticket(1).tags) == ("售后/退款", ())
    assert (port.ticket(2).category, port.ticket(2).tags) == ("", ("Else/Where",))


def test_the_same_identity_is_the_same_customer(port: Port, write: Write) -> None:
    port.receive(raw())  # Jane wrote before
    bring(port, write, ticket(5))
    assert port.ticket(2).customer.id == port.ticket(1).customer.id
    assert port.ticket(2).customer.groups == ("KA",)


def test_a_telephone_joins_only_those_who_proved_it(port: Port, write: Write) -> None:
    people = [
        {"id": n, "name": f"P{n}", "phone": "13800138000", "phone_bind": proved, "role": "end_user"}
        for n, proved in ((1, True), (2, True), (3, False))
    ]
    write("users.json", {"users": people})
    write("tickets.json", {"tickets": [ticket(n, requester_id=n) for n in (1, 2, 3)]})
    port.bring("kf5", write("x.json", []))
    ids = [port.ticket(n).customer.id for n in (1, 2, 3)]
    assert ids[0] == ids[1] != ids[2]


def test_numbers_are_kept_where_they_are_free(port: Port, write: Write) -> None:
    port.receive(raw())  # number 1 is taken
    bring(port, write, ticket(1), ticket(500), number_field="old", keep_numbers=True)
    assert [t.number for t in map(port.ticket, (1, 500, 501))] == [1, 500, 501]
    assert port.ticket(501).fields["old"] == "1"
    assert [field for _line, field, _why in port.reasons()] == ["number"]


def test_mail_that_refers_to_old_mail_joins(port: Port, write: Write) -> None:
    one = {
        "id": 1, "title": "My order", "state": "open", "customer_id": 2,
        "created_at": "2026-03-01T10:00:00Z",
        "articles": [{
            "id": 9, "sender": "Customer", "from": "Jane <jane@customer.example>",
            "subject": "My order", "body": "Hello", "message_id": "<old@customer.example>",
            "created_at": "2026-03-01T10:00:00Z", "content_type": "text/plain",
        }],
    }  # fmt: skip
    write("users.json", [{"id": 2, "email": "jane@customer.example", "roles": ["Customer"]}])
    port.bring("zammad", write("tickets.json", [one]))
    port.receive(raw("And?\r\n", answers=["old@customer.example"], Subject="Re: My order"))
    assert [m.text for m in port.messages(1)] == ["Hello", "And?"]


def test_tickets_hang_together_as_they_did(port: Port, write: Write) -> None:
    base = {"requester_id": 1, "created_at": "2026-03-01T10:00:00Z", "status": "open"}
    tickets = [
        base | {"id": 1, "type": "problem", "subject": "P"},
        base | {"id": 2, "type": "incident", "problem_id": 1, "subject": "I"},
        base | {"id": 3, "via_followup_source_id": 2, "subject": "F"},
    ]
    done = port.bring("zendesk", write("tickets.json", {"tickets": tickets}))
    assert done.links == 2
    assert [(kind, other) for kind, other, _why in port.ticket(3).links] == [("related", 2)]
    rows = port.sql("SELECT ticket_id, other_id, kind FROM link ORDER BY ticket_id")
    assert rows == [(2, 1, "problem"), (3, 2, "related")]
    port.bring("zendesk", write("tickets.json", {"tickets": tickets}))
    assert port.sql("SELECT count(*) FROM link") == [(2,)]


def test_parents_in_a_circle_are_told_and_not_linked(port: Port, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,subject,parent\n1,A,2\n2,B,3\n3,C,1\n4,D,4\n5,E,99\n", encoding="utf-8")
    done = port.bring("csv", file)
    assert (done.tickets, done.links) == (5, 2)
    assert [line for line, field, _why in port.reasons() if field == "parent"] == [4, 5, 6]


def test_a_newer_export_brings_what_is_new(port: Port, write: Write) -> None:
    write("comments.json", {"comments": [comment(1, 5)]})
    bring(port, write, ticket(5))
    write("comments.json", {"comments": [
        comment(1, 5), comment(2, 5, "Later", author_id=733, created_at="2026-03-05 10:00:00"),
    ]})  # fmt: skip
    done = bring(
        port, write, ticket(5, status="solved", updated_at="2026-03-05 10:00:00"), ticket(6)
    )
    assert (done.tickets, done.known, done.messages) == (1, 1, 1)
    assert port.ticket(1).status is Status.SOLVED
    assert port.ticket(1).message_count == 2
    assert [e.kind for e in port.events(1)] == ["imported", "imported"]


def test_a_newer_export_brings_tags_and_scores_too(port: Port, write: Write) -> None:
    """A survey is answered after the solve, so it mostly stands in the later one."""
    first = {"id": 7, "subject": "A", "created_at": "2026-05-20T14:00:00Z", "tags": ["one"],
             "updated_at": "2026-05-20T14:00:00Z", "requester": {"id": 1, "email": "j@x.example"},
             "comments": [{"id": 5, "author_id": 1, "body": "Where?", "public": True,
                           "created_at": "2026-05-20T14:00:00Z"}]}  # fmt: skip
    file = write("tickets.json", {"tickets": [first]}) / "tickets.json"
    port.bring("zendesk", file)
    later = {
        "updated_at": "2026-05-23T14:00:00Z", "status": "solved", "tags": ["one", "two"],
        "satisfaction_rating": {"score": "good", "comment": "quick"},
    }  # fmt: skip
    write("tickets.json", {"tickets": [first | later]})
    port.bring("zendesk", file)
    (found,) = port.tickets()
    assert found.tags == ("one", "two")
    assert found.satisfaction is not None
    assert (found.satisfaction.score, found.satisfaction.comment) == (5, "quick")


def test_two_that_lead_to_one_ticket_count_all_that_they_bring(port: Port, write: Write) -> None:
    from kfdesk.desk.merging.merge import merge
    from tests.desk.office import ANNA

    bring(port, write, ticket(5), ticket(6))
    merge(port.desk, [1], 2, ANNA)
    write("comments.json", {"comments": [comment(1, 5), comment(2, 6)]})
    bring(port, write, ticket(5), ticket(6))
    assert port.ticket(2).message_count == len(port.messages(2))


def test_what_somebody_did_here_since_is_not_undone_by_a_newer_export(
    port: Port, write: Write
) -> None:
    bring(port, write, ticket(5))
    from kfdesk.desk.tickets.change import change
    from kfdesk.model import Change
    from tests.desk.office import ANNA

    change(port.desk, 1, Change(status=Status.HOLD), ANNA)
    write("comments.json", {"comments": [comment(2, 5)]})
    bring(port, write, ticket(5, status="solved", updated_at="2026-11-01 10:00:00"))
    assert port.ticket(1).status is Status.HOLD
    assert [m.text for m in port.messages(1)] == ["Comment 2"]


def test_a_ticket_that_was_deleted_here_does_not_come_back(port: Port, write: Write) -> None:
    bring(port, write, ticket(5))
    port.sql("UPDATE ticket SET deleted_at = 1")
    write("comments.json", {"comments": [comment(2, 5)]})
    done = bring(port, write, ticket(5))
    assert (done.tickets, done.messages) == (0, 0)
    assert port.tickets() == []


def test_a_customer_who_was_erased_here_does_not_come_back(port: Port, write: Write) -> None:
    bring(port, write, ticket(5))
    port.sql("UPDATE customer SET erased_at = 1, name = '', email = ''")
    port.sql("DELETE FROM identity")
    port.sql("UPDATE ticket SET subject = ''")
    write("comments.json", {"comments": [comment(2, 5, "My words")]})
    done = bring(port, write, ticket(5, updated_at="2026-10-01 10:00:00"), ticket(6))
    assert (done.tickets, done.messages, done.left_out) == (0, 0, 1)
    assert port.ticket(1).subject == ""
    assert not port.known("jane@customer.example")


def test_an_open_ticket_waits_from_the_first_word_that_has_no_answer(
    port: Port, write: Write
) -> None:
    write("comments.json", {"comments": [
        comment(1, 5), comment(2, 5, author_id=733, created_at="2026-03-01 11:00:00"),
        comment(3, 5, created_at="2026-03-01 12:00:00"),
        comment(4, 5, created_at="2026-03-01 13:00:00"),
    ]})  # fmt: skip
    bring(port, write, ticket(5))
    waits = port.ticket(1).waiting_since
    assert waits == datetime(2026, 3, 1, 4, tzinfo=UTC)
    assert port.find("waiting>1h") == [1]


def test_customers_and_words_are_found_at_once(port: Port, write: Write) -> None:
    bring(port, write, ticket(5, description="我要退款"))
    for query in ("退款", "jane", "status:open", "created:2026-03-01", "customer.group:KA"):
        assert port.find(query) == [1], query


def test_a_file_that_is_not_there_leaves_its_address(port: Port, write: Write) -> None:
    file = {"id": 9, "name": "../../etc/passwd", "content_url": "https://x.example/9"}
    write("comments.json", {"comments": [comment(1, 5, attachments=[file])]})
    done = bring(port, write, ticket(5))
    assert done.files == 0
    assert "[passwd] https://x.example/9" in port.messages(1)[0].text


def test_no_file_outside_of_the_export_is_read(port: Port, write: Write, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    file = {"id": "..", "name": "secret.txt"}
    write("comments.json", {"comments": [comment(1, 5, attachments=[file])]})
    folder = write("attachments/x.txt", "x")
    (folder / "attachments" / "8").symlink_to(tmp_path / "secret.txt")
    linked = {"id": 8, "name": "nothing"}
    write("comments.json", {"comments": [comment(1, 5, attachments=[file, linked])]})
    assert bring(port, write, ticket(5)).files == 0


@pytest.mark.parametrize(
    ("format", "keys", "told"),
    [
        ("kf6", {}, "did you mean kf5"),
        ("kf5", {"mapping": ["x"]}, "NAME=FIELD"),
        ("kf5", {"number_field": "order"}, "order_no"),
        ("mbox", {"channel": "none"}, "support"),
        ("kf5", {"timezone": "Mars/Olympus"}, "time zone"),
        ("csv", {"status": "opened"}, "open"),
    ],
)
def test_an_order_that_cannot_be_is_refused_before_anything_is_read(
    port: Port, tmp_path: Path, format: str, keys: dict[str, Any], told: str
) -> None:
    with pytest.raises(UserError, match=told):
        port.bring(format, tmp_path, **keys)


def test_an_import_needs_no_more_memory_for_a_larger_export(port: Port, write: Write) -> None:
    """The reader holds one object; a list is never read whole."""
    from kfdesk.desk.porting.json_stream import objects

    class Endless:
        """A list of so many tickets that no memory would hold it."""

        def __init__(self) -> None:
            self.given = 0

        def read(self, size: int) -> str:
            self.given += 1
            one = json.dumps(ticket(self.given)) + ","
            return ('{"tickets": [' if self.given == 1 else "") + one * (size // len(one) + 1)

    endless = Endless()
    found = objects(endless, {"tickets"})  # type: ignore[arg-type]
    for _ in range(20_000):
        next(found)
    assert endless.given < 30
