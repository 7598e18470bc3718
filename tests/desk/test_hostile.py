"""Whatever a stranger sends: stored, harmless, and the mails behind it come through."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.tickets import show
from kfdesk.desk.tickets.opening import new, person
from kfdesk.errors import UserError
from kfdesk.model import OutboxState
from kfdesk.store import blobs
from tests.desk.conftest import OpenOffice
from tests.desk.office import ACKNOWLEDGE, ANNA, Office, raw
from tests.support.servers import Smtp

_NAMES = st.sampled_from(
    ["From", "To", "Cc", "Subject", "Message-ID", "References", "In-Reply-To", "Date", "Reply-To",
     "Content-Type", "Content-Transfer-Encoding", "Delivered-To", "X-Loop", "MIME-Version"]
)  # fmt: skip
_VALUES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"a@x.example", b"multipart/mixed; boundary=b", b"=?gb2312?b?zcu/7g==?=", b"<1@x.example>",
         b"support+kf1-aaaaaaaaaaaaaaaa@shop.example", b"[KF-1-3] x", b"text/html; charset=none",
         b"multipart/report", b"base64", b"quoted-printable", b"Thu, 99 Xyz 0000 99:99:99 +9999"]
    ),
)  # fmt: skip


@st.composite
def noise(draw: st.DrawFn) -> bytes:
    """Something like a mail, or nothing like it."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.binary(max_size=400))
    fields = draw(st.lists(st.tuples(_NAMES, _VALUES), max_size=8))
    end = draw(st.sampled_from([b"\r\n", b"\n", b"\r"]))
    block = end.join(name.encode() + b": " + value for name, value in fields)
    return block + end + end + draw(st.binary(max_size=200))


@settings(max_examples=40, deadline=None)
@given(st.lists(noise(), min_size=1, max_size=6, unique=True))
def test_whatever_comes_is_stored_byte_for_byte_and_stops_nothing(mails: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder), ACKNOWLEDGE)
        done = office.receive(*mails, raw("The last one.", Subject="Last"))
        assert done.messages + done.duplicates + done.quarantined == len(mails) + 1
        with office.desk.store.read() as tx:
            for mail in mails:
                assert blobs.get(tx, hashlib.sha256(mail).digest()) == mail
        (last,) = office.find('"The last one"')
        assert office.ticket(last).subject == "Last"
        for ticket in office.tickets():
            show.show(office.desk, ticket.number, with_html=True)
        office.close()


@pytest.mark.parametrize(
    "sender",
    ["Evil\r\n\tx <e@x.example>", "a@b@c.example", "undisclosed:;", "a@x.example, b@x.example",
     "\x00@x.example", "a..b.@x.example", "@x.example", "a@", '"\\"@x.example',
     "jörg@bücher.example", "李伟 <li@例子.测试>", '"a b"@x.example', "a b@x.example"],
)  # fmt: skip
def test_no_senders_address_holds_up_the_outbox(
    opened: OpenOffice, smtp_server: Smtp, sender: str
) -> None:
    outlet = f'smtp = {{ host = "127.0.0.1", port = {smtp_server.port}, tls = "none" }}'
    office = opened(ACKNOWLEDGE, outlet=outlet)
    office.receive(raw(sender=sender))
    office.receive(raw(sender="good@x.example", Subject="Good"))
    office.deliver_outbox()
    assert all(
        row.state in (OutboxState.SENT, OutboxState.FAILED, OutboxState.QUEUED)
        for row in office.outbox()
    )
    assert [got.recipients for got in smtp_server.received][-1] == ("good@x.example",)


@pytest.mark.parametrize("text", ["nobody", "a@b@c.example", "a,b@x.example", "<>@x.example", ""])
def test_what_is_no_address_opens_no_ticket(text: str) -> None:
    with pytest.raises(UserError):
        person(text)


def test_a_line_break_in_a_subject_makes_no_header(office: Office) -> None:
    new(office.desk, person("Jane <j@x.example>"), "One\r\nBcc: spy@x.example", "Text")
    reply(office.desk, 1, "Hello.", ANNA)
    letter = office.letter(office.outbox()[0])
    assert letter.recipients == ("j@x.example",)
    assert b"\nBcc:" not in letter.raw


def test_a_strangers_braces_are_no_template(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    sender = '"{{desk.name}}" <eve@x.example>'
    office.receive(raw("{{ticket.number}}", sender, Subject="{{customer.email}} {{nothing}}"))
    (row,) = office.outbox()
    assert "{{customer.email}} {{nothing}}" in row.subject
    assert "Dear {{desk.name}}," in office.messages(1)[-1].text


def test_a_strangers_words_are_no_query(office: Office) -> None:
    office.receive(raw("status:open') or 1=1 --", Subject='"; DROP TABLE ticket; --'))
    assert office.find("status:new") == [1]
    assert office.find("DROP") == [1]


@pytest.mark.parametrize(
    "date",
    ["Mon, 01 Jan 0001 00:00:00 +1400", "Fri, 31 Dec 9999 23:59:59 -1200", "no date", "",
     "Mon, 01 Jan 1900 00:00:00 +0000"],
)  # fmt: skip
def test_a_date_that_cannot_be_is_that_of_the_arrival(office: Office, date: str) -> None:
    office.receive(raw(Date=date))
    assert office.messages(1)[0].at == office.now
