"""To whom a letter goes, by which channel, signed how, with which files."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.desk.conversation import trial
from kfdesk.desk.conversation.forward import begun, forward
from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.customers.export import export
from kfdesk.desk.history.undo import undo
from kfdesk.desk.sending.files import look
from kfdesk.desk.sending.head import Head, Readers
from kfdesk.desk.tickets.files import offered
from kfdesk.errors import NotFound, UserError
from kfdesk.mail.address import is_deliverable
from kfdesk.model import Direction, Status
from kfdesk.store import drafts
from tests.desk.office import ANNA, Office, raw
from tests.support.servers import Smtp

JANE = "Jane <jane@customer.example>"


def sent(server: Smtp) -> EmailMessage:
    """The last mail that the server got."""
    return email.message_from_bytes(server.received[-1].raw, EmailMessage, policy=policy.default)


def body(server: Smtp) -> str:
    """What it says."""
    part = sent(server).get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_who_stands_in_bcc_gets_the_mail_and_is_named_nowhere_in_it(
    office: Office, smtp_server: Smtp
) -> None:
    head = Head(cc="Boss <boss@customer.example>", bcc="spy@elsewhere.example；li.wei")
    reply(office.desk, 1, "Soon.", ANNA, head=head)
    office.deliver_outbox()
    got = smtp_server.received[-1]
    assert set(got.recipients) == {
        "jane@customer.example", "boss@customer.example", "spy@elsewhere.example",
        "li.wei@shop.example",
    }  # fmt: skip
    assert b"spy" not in got.raw
    assert b"li.wei" not in got.raw
    assert "bcc" not in {name.lower() for name in sent(smtp_server)}
    said = office.messages(1)[-1]
    assert [one.email for one in said.bcc] == ["spy@elsewhere.example", "li.wei@shop.example"]
    assert [one.email for one in office.ticket(1).collaborators] == ["boss@customer.example"]


def test_a_stranger_in_bcc_or_to_reads_nothing_that_was_said_before(
    office: Office, smtp_server: Smtp
) -> None:
    reply(office.desk, 1, "Soon.", ANNA, head=Head(bcc="spy@elsewhere.example"))
    office.deliver_outbox()
    assert "Where is it?" not in body(smtp_server)
    reply(office.desk, 1, "Soon.", ANNA, head=Head(bcc="li.wei"))
    office.deliver_outbox()
    assert "> Where is it?" in body(smtp_server)
    reply(office.desk, 1, "Soon.", ANNA, head=Head(to=f"{JANE}, new@elsewhere.example"))
    office.deliver_outbox()
    assert "Where is it?" not in body(smtp_server)
    assert sent(smtp_server)["To"] == "Jane <jane@customer.example>, new@elsewhere.example"


def test_bcc_is_not_in_what_a_customer_is_given_of_their_data(
    office: Office, tmp_path: Path
) -> None:
    reply(office.desk, 1, "Soon.", ANNA, head=Head(bcc="spy@elsewhere.example"))
    export(office.desk, "jane@customer.example", tmp_path / "given.json")
    text = (tmp_path / "given.json").read_text(encoding="utf-8")
    assert "Soon." in text
    assert "spy@" not in text


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (Head(to="jane@customer.example, nonsense"), "To: “nonsense” is no address"),
        (Head(cc="a@@b"), "Cc: “a@@b” is no address"),
        (Head(bcc="x@-bad.example"), "Bcc: “x@-bad.example” is no address"),
        (Head(cc="help@shop.example"), "Cc: help@shop.example is our own address"),
        (Head(to="li.wei"), "To names nobody of ticket 1"),
        (Head(account="slaes"), "no channel “slaes” can send; did you mean “sales”?"),
        (Head(account="silent"), "no channel “silent” can send"),
        (Head(signature="mine"), "no signature is called “mine”"),
        (Head(files=("/no/such file.pdf",)), "/no/such file.pdf cannot be attached"),
        (Head(files=("attachment:99",)), "there is no attachment 99"),
    ],
)
def test_what_cannot_be_sent_is_named_and_nothing_leaves(
    office: Office, head: Head, said: str
) -> None:
    with pytest.raises((UserError, NotFound)) as error:
        reply(office.desk, 1, "Soon.", ANNA, head=head)
    assert said.partition(";")[0] in str(error.value)
    assert office.outbox() == []
    assert office.ticket(1).collaborators == ()


@given(st.text(max_size=40))
def test_no_line_of_addresses_breaks_the_reading(line: str) -> None:
    from kfdesk.desk.sending.head import recipients
    from tests.tui.fake import SETTINGS

    try:
        found = recipients(SETTINGS, line, "To")
    except UserError:
        return
    assert all(is_deliverable(one.email) for one in found)


def test_chinese_commas_part_addresses_and_nobody_gets_a_mail_twice(office: Office) -> None:
    head = Head(to="张伟 <z@x.example>，b@x.example、c@x.example", cc="B@x.example;d@x.example")
    found = Readers.of(office.settings, head)
    assert [one.email for one in found.to] == ["z@x.example", "b@x.example", "c@x.example"]
    assert [one.email for one in found.cc] == ["d@x.example"]
    assert found.to[0].name == "张伟"


def test_the_account_sends_and_the_chosen_signature_stands_below(
    office: Office, smtp_server: Smtp
) -> None:
    reply(office.desk, 1, "One.", ANNA)
    office.deliver_outbox()
    assert body(smtp_server).count("-- \nThe shop") == 1
    reply(office.desk, 1, "Two.", ANNA, head=Head(signature="none"))
    office.deliver_outbox()
    assert "The shop" not in body(smtp_server).partition(">")[0]
    reply(office.desk, 1, "Three.", ANNA, head=Head(account="sales", subject="Another"))
    row = office.outbox()[-1]
    assert (row.channel, row.subject) == ("sales", "Another")
    assert office.messages(1)[-1].author_email == "sales@shop.example"


def test_files_leave_as_they_were_when_the_reply_was_written(
    office: Office, smtp_server: Smtp, tmp_path: Path
) -> None:
    file = tmp_path / "my 合同 (1).txt"
    file.write_text("terms", encoding="utf-8")
    assert look(office.desk, str(file)).size == 5
    assert offered(f"{tmp_path}/my") == [str(file)]
    reply(office.desk, 1, "See it.", ANNA, head=Head(files=(str(file),)))
    file.unlink()
    assert look(office.desk, str(file)).wrong == "there is no such file"
    office.deliver_outbox()
    (part,) = sent(smtp_server).iter_attachments()
    assert part.get_filename() == "my 合同 (1).txt"
    assert part.get_payload(decode=True) == b"terms"


def test_more_than_the_channel_sends_is_refused_before_it_is_queued(
    office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "big.bin"
    file.write_bytes(bytes(900_000))
    with pytest.raises(UserError, match=r"a mail of 1.2 MB; “support” sends at most 1.0 MB"):
        reply(office.desk, 1, "See it.", ANNA, head=Head(files=(str(file),)))


def test_a_preview_is_what_leaves_and_leaves_nothing(office: Office, smtp_server: Smtp) -> None:
    head = Head(cc="boss@customer.example", bcc="li.wei")
    seen = trial.preview(office.desk, 1, "Soon.", ANNA, head, "reply")
    assert office.outbox() == []
    assert len(office.messages(1)) == 1
    assert office.ticket(1).collaborators == ()
    assert seen.bcc == ("li.wei@shop.example",)
    reply(office.desk, 1, "Soon.", ANNA, head=head)
    office.deliver_outbox()
    mail = sent(smtp_server)
    assert seen.text == body(smtp_server)
    assert dict(seen.head) == {name: str(mail[name]) for name, _value in seen.head}


def test_a_preview_names_everybody_unseen_however_their_address_looks(office: Office) -> None:
    """Part of another's address, or with a domain that headers write otherwise."""
    head = Head(to="Jane <jane@customer.example>, x <a@bücher.example>", bcc="ane@customer.example")
    seen = trial.preview(office.desk, 1, "Soon.", ANNA, head, "reply")
    assert seen.bcc == ("ane@customer.example",)


def test_a_reply_that_is_taken_back_is_a_draft_with_its_head_again(office: Office) -> None:
    head = Head(cc="boss@customer.example", files=(str(office.file),))
    reply(office.desk, 1, "Soon.", ANNA, head=head)
    undo(office.desk, ANNA, 1)
    with office.desk.store.read() as tx:
        assert drafts.get(tx, 1, "anna", "reply") == "Soon."
        assert Head.of_json(drafts.head(tx, 1, "anna", "reply")) == head


def test_what_is_forwarded_carries_the_message_and_its_files_and_changes_nobody(
    office: Office, smtp_server: Smtp
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = JANE, "support@shop.example", "Broken cup"
    mail["Message-ID"] = "<cup@customer.example>"
    mail.set_content("It is broken.\n\n> older words\n")
    mail.add_attachment(b"PNG", "image", "png", filename="cup.png")
    office.receive(mail.as_bytes(policy=policy.SMTP))
    head = begun(office.desk, 2)
    assert [look(office.desk, one).name for one in head.files] == ["cup.png"]
    forward(office.desk, 2, "Can you look?", ANNA, Head(
        "Sue <sue@supplier.example>", bcc="li.wei", files=head.files, message=head.message
    ))  # fmt: skip
    office.deliver_outbox()
    got = sent(smtp_server)
    assert smtp_server.received[-1].recipients == ("sue@supplier.example", "li.wei@shop.example")
    assert "Fwd: Broken cup" in got["Subject"]
    text = body(smtp_server)
    assert text.index("Can you look?") < text.index("The shop") < text.index("Forwarded message")
    assert "From: Jane <jane@customer.example>" in text
    assert "It is broken." in text
    assert [part.get_filename() for part in got.iter_attachments()] == ["cup.png"]
    assert office.ticket(2).collaborators == ()
    said = office.messages(2)[-1]
    assert said.direction is Direction.NOTE
    assert office.ticket(2).status is Status.NEW
    answer = raw("We send another.\r\n", "Sue <sue@supplier.example>", answers=[said.message_id])
    office.receive(answer)
    assert office.messages(2)[-1].internal
    reply(office.desk, 2, "A new one comes.", ANNA)
    assert office.outbox()[-1].to == ("jane@customer.example",)
    office.deliver_outbox()
    assert "We send another" not in body(smtp_server)


def test_nothing_internal_is_forwarded_and_not_to_the_customer(office: Office) -> None:
    from kfdesk.desk.conversation.reply import note

    note(office.desk, 1, "They are difficult.", ANNA)
    id = office.messages(1)[-1].id
    with pytest.raises(UserError, match="is internal"):
        forward(office.desk, 1, "", ANNA, Head(to="sue@supplier.example", message=id))
    with pytest.raises(UserError, match="is the customer of ticket 1"):
        forward(office.desk, 1, "", ANNA, Head(to="jane@customer.example"))
    with pytest.raises(UserError, match="nobody stands in To"):
        forward(office.desk, 1, "", ANNA, Head())
    forward(office.desk, 1, "", ANNA, Head(to="sue@supplier.example"))
    undo(office.desk, ANNA, 1)
    assert [row.state for row in office.outbox()] in ([], ["cancelled"])
