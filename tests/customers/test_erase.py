"""Somebody's words and who they were go for good; figures stay."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path

import pytest
import zstandard

from kfdesk.desk.conversation.forward import forward
from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.customers import profile
from kfdesk.desk.customers.card import card
from kfdesk.desk.customers.erase import erase
from kfdesk.desk.customers.export import export
from kfdesk.desk.customers.merge import merge
from kfdesk.desk.customers.scrubbing import scrubber
from kfdesk.desk.history.undo import undo
from kfdesk.desk.merging.merge import merge as merge_tickets
from kfdesk.desk.sending.head import Head
from kfdesk.desk.teamwork import collaborators, side
from kfdesk.desk.teamwork.followers import follow
from kfdesk.errors import NotFound, UserError
from kfdesk.store import drafts
from kfdesk.store.people import console
from tests.desk.office import ACKNOWLEDGE, ANNA, Office, raw

FILE = base64.b64encode(b"mondscheinsonate " * 40).decode()
SECRET = ("geheimnisvoll", "quittenbrot", "jane@customer.example", FILE[:60],
          "zimtstern", "+8613800138000", "unterwegs@home.example", "Doppelgaenger")  # fmt: skip
WITH_FILE = (
    "--x\r\nContent-Type: text/plain\r\n\r\nThis is geheimnisvoll.\r\nJane Doppelgaenger\r\n"
    "--x\r\nContent-Type: text/plain; name=zimtstern.txt\r\n"
    "Content-Disposition: attachment; filename=zimtstern.txt\r\n"
    f"Content-Transfer-Encoding: base64\r\n\r\n{FILE}\r\n--x--\r\n"
)


def past(office: Office) -> None:
    """A customer with a file, an answer that quotes them, a note, a colleague in copy."""
    sender = "Jane Doppelgaenger <jane@customer.example>"
    office.receive(
        raw(
            WITH_FILE, sender, id="first@x", Subject="About quittenbrot",
            Content_Type='multipart/mixed; boundary="x"', MIME_Version="1.0",
            Cc="Bob <bob@other.example>",
        )
    )  # fmt: skip
    profile.set_(office.desk, "1", ["phone=13800138000", "level=gold"], ANNA)
    profile.add_identity(office.desk, "1", "unterwegs@home.example", ANNA)
    reply(office.desk, 1, "Dear Jane Doppelgaenger,\nwe look after it.", ANNA)
    note(office.desk, 1, "Jane called from +8613800138000.", ANNA)
    office.deliver_outbox()
    office.receive(
        raw(
            "I saw it, too.\r\n\r\nOn Monday Jane Doppelgaenger wrote:\r\n"
            "> This is geheimnisvoll.\r\n",
            "Bob <bob@other.example>", answers=["first@x"], Cc=sender,
        ),
        raw("Ask jane@customer.example about it.\r\n", "Carl <carl@third.example>"),
    )  # fmt: skip


def bytes_of(office: Office) -> bytes:
    """All that the database's files hold, and all that is compressed in them."""
    office.close()
    whole = b"".join(
        path.read_bytes() for path in sorted(office.folder.glob("desk.db*")) if path.is_file()
    )
    office.desk = office.desk.open(office.settings, lambda: office.now)
    for codec, data, size in office.sql("SELECT codec, data, size FROM blob"):
        whole += (
            zstandard.ZstdDecompressor().decompress(data, max_output_size=size)
            if codec == "zstd"
            else data
        )
    for (images,) in office.sql("SELECT images FROM operation WHERE images IS NOT NULL"):
        whole += zstandard.ZstdDecompressor().decompressobj().decompress(images)
    return whole


def test_after_it_no_byte_of_the_database_holds_their_words(office: Office) -> None:
    """Nor who they were; what is compressed is looked into."""
    past(office)
    before = bytes_of(office).lower()
    assert [one for one in SECRET if one.lower().encode() not in before] == []
    erase(office.desk, "1", ANNA)
    after = bytes_of(office).lower()
    assert [one for one in SECRET if one.lower().encode() in after] == []


def test_no_search_finds_what_was_erased_and_others_words_are_still_found(office: Office) -> None:
    """The index forgets them, and only them."""
    past(office)
    assert set(office.find("geheimnisvoll")) == {1, 2} or office.find("geheimnisvoll")
    erase(office.desk, "1", ANNA)
    assert office.find("geheimnisvoll") == []
    assert office.find("quittenbrot") == []
    assert office.find('"jane@customer.example"') == []
    assert office.find('"look after it"') == [1]
    office.sql("INSERT INTO search (search) VALUES ('integrity-check')")


def test_figures_stay(office: Office) -> None:
    """How many, when, where it stands, whose it is."""
    past(office)
    was = office.ticket(1)
    said = [(m.id, m.at, m.direction) for m in office.messages(1)]
    done = erase(office.desk, "1", ANNA)
    now = office.ticket(1)
    assert (done.messages, done.files) == (1, 1)
    assert [(m.id, m.at, m.direction) for m in office.messages(1)] == said
    assert (now.status, now.priority, now.created_at, now.message_count, now.customer.id) == (
        was.status, was.priority, was.created_at, was.message_count, 1,
    )  # fmt: skip
    assert (now.subject, now.customer.name, now.customer.fields) == ("", "", {})
    kinds = [event.kind for event in office.events(1)]
    assert kinds[0] == "created"
    assert "reply" in kinds


def test_other_peoples_messages_stay_without_them(office: Office) -> None:
    """Their name and addresses are left out, and what is quoted of them."""
    past(office)
    erase(office.desk, "1", ANNA)
    texts = [m.text for m in office.messages(1)]
    assert texts[1] == "Dear …,\nwe look after it."
    assert texts[2] == "… called from …."
    bob = next(m for t in office.tickets() for m in office.messages(t.number) if "saw it" in m.text)
    assert "geheimnisvoll" not in bob.text
    (carl,) = [t for t in office.tickets() if t.customer.email == "carl@third.example"]
    assert office.messages(carl.number)[0].text.strip() == "Ask … about it."


def test_another_persons_file_on_the_ticket_is_kept(office: Office) -> None:
    """Although the mail that it came in is not."""
    from kfdesk.desk.tickets.show import attachment

    office.receive(raw(id="a@x", Cc="Bob <bob@other.example>"))
    body = WITH_FILE.replace("zimtstern", "bobs")
    office.receive(
        raw(
            body, "Bob <bob@other.example>", answers=["a@x"], MIME_Version="1.0",
            Content_Type='multipart/mixed; boundary="x"',
        )
    )  # fmt: skip
    erase(office.desk, "jane@customer.example", ANNA)
    files = [f for t in office.tickets() for m in office.messages(t.number) for f in m.attachments]
    assert attachment(office.desk, files[0].id).content.startswith(b"mondscheinsonate")


def test_their_mails_do_not_come_back(office: Office) -> None:
    """A second fetch knows them, and a new mail of theirs is somebody new's."""
    mail = raw()
    office.receive(mail)
    erase(office.desk, "1", ANNA)
    assert office.receive(mail).duplicates == 1
    office.receive(raw())
    assert office.ticket(2).customer.id == 2


def test_what_waits_to_leave_for_them_does_not(office: Office) -> None:
    """Nobody is left to send it to."""
    office.receive(raw())
    reply(office.desk, 1, "Wait.", ANNA)
    erase(office.desk, "1", ANNA)
    assert [row.state for row in office.outbox()] == ["cancelled"]


def test_it_cannot_be_undone(office: Office) -> None:
    """Neither it, nor what was done before it and would bring words back."""
    past(office)
    erase(office.desk, "1", ANNA)
    with pytest.raises(UserError, match=r"\(erasure of a customer\) cannot be undone"):
        undo(office.desk, ANNA)
    assert "geheimnisvoll" not in str([m.text for m in office.messages(1)])
    with pytest.raises(NotFound, match="was erased"):
        erase(office.desk, "1", ANNA)
    assert card(office.desk, "1").profile.erased_at is not None


def test_those_merged_into_them_are_erased_with_them(office: Office) -> None:
    """They are the same person."""
    office.receive(raw(), raw(sender="Jane <j@home.example>"))
    merge(office.desk, "2", "1", ANNA)
    erase(office.desk, "2", ANNA)
    assert office.sql("SELECT count(*) FROM identity") == [(0,)]
    assert [t.customer.name for t in office.tickets()] == ["", ""]


def test_rules_traces_that_quote_are_gone(tmp_path: Path) -> None:
    """`why` says what stands, and no more what stood there."""
    from kfdesk.desk.why import why

    office = Office(tmp_path, ACKNOWLEDGE)
    office.receive(raw())
    erase(office.desk, "1", ANNA)
    assert office.sql("SELECT count(*) FROM trace") == [(0,)]
    assert why(office.desk, 1).number == 1
    office.close()


def test_everything_of_one_person_is_written_with_their_files(
    office: Office, tmp_path: Path
) -> None:
    """A zip where there are files."""
    past(office)
    done = export(office.desk, "1", tmp_path / "jane.zip")
    assert (done.tickets, done.files) == (1, 1)
    with zipfile.ZipFile(tmp_path / "jane.zip") as archive:
        found = json.loads(archive.read("customer.json"))
        file = found["tickets"][0]["messages"][0]["attachments"][0]
        assert archive.read(file["file"]).startswith(b"mondscheinsonate")
    assert {one["value"] for one in found["identities"]} == {
        "jane@customer.example", "+8613800138000", "unterwegs@home.example",
    }  # fmt: skip
    assert "geheimnisvoll" in found["tickets"][0]["messages"][0]["text"]
    assert "suggestions" not in found
    with pytest.raises(UserError, match="cannot be written"):
        export(office.desk, "1", tmp_path / "jane.zip")


def test_without_a_file_it_is_json_with_the_files_in_it(office: Office) -> None:
    """And without notes where they are not wanted."""
    past(office)
    done = export(office.desk, "1", None, notes=False)
    assert done.content is not None
    found = json.loads(done.content)
    file = found["tickets"][0]["messages"][0]["attachments"][0]
    assert base64.b64decode(file["content"]).startswith(b"mondscheinsonate")
    assert {m["direction"] for m in found["tickets"][0]["messages"]} == {"in", "out"}


ZOE = "Zoe Zuckerhut <zoe@weird.example>"
ZOES = ("zuckerhut", "zoe@weird", "pelmeni", "birnbaum", "kuerbis")


def test_nothing_of_theirs_remains_on_tickets_of_others(office: Office) -> None:
    """Where they were in copy or let in, and where their own tickets were merged with others'."""
    office.receive(raw("Jane's words.\r\n", id="j1@x", Cc=ZOE))
    follow(office.desk, 1, ANNA, "bert")
    office.receive(raw("A birnbaum.\r\n", ZOE, answers=["j1@x"]))  # bert is told, in her words
    office.receive(raw("A kuerbis.\r\n", ZOE, Subject="My pelmeni"))
    side.ask(office.desk, 2, "sue@supplier.example", "", "Is it so?", ANNA)
    note(office.desk, 2, "Zoe is right.", ANNA)
    merge_tickets(office.desk, [2], 1, ANNA)
    office.receive(raw("Jane's third.\r\n", id="j3@x", Subject="Third"))
    collaborators.add(office.desk, 3, ZOE, ANNA, with_history=True)
    office.receive(raw("A kuerbis, too.\r\n", ZOE, Subject="More pelmeni"))
    merge_tickets(office.desk, [3], 4, ANNA)
    office.deliver_outbox()
    before = bytes_of(office).lower()
    assert [one for one in ZOES if one.encode() not in before] == []
    erase(office.desk, "zoe@weird.example", ANNA)
    after = bytes_of(office).lower()
    assert [one for one in ZOES if one.encode() in after] == []
    words = [m.text.strip() for m in office.messages(1)]
    assert words == ["Jane's words.", "", "", "Is it so?", "… is right."]
    assert office.ticket(1).subject == "My order"
    assert office.messages(1)[0].subject == "My order"
    assert office.find('"Jane\'s words"') == [1]


def test_an_identity_that_is_a_word_takes_no_word_from_anybody(office: Office) -> None:
    """An id such as `open` is no text to replace wherever it stands."""
    past(office)
    profile.add_identity(office.desk, "1", "wechat:normal", ANNA)
    was = office.sql("SELECT status, priority FROM ticket ORDER BY id")
    changes = office.sql("SELECT changes FROM event WHERE ticket_id = 2")
    erase(office.desk, "1", ANNA)
    assert office.sql("SELECT status, priority FROM ticket ORDER BY id") == was
    assert office.sql("SELECT changes FROM event WHERE ticket_id = 2") == changes


def test_heads_of_letters_and_what_consoles_keep_name_them_no_more(office: Office) -> None:
    """In Bcc, asked aside, in what an agent was writing and had typed, in any case; the letters
    to everybody else still leave, and what is named like them by chance stands."""
    office.receive(raw(), raw("Mine.\r\n", ZOE))
    shouted = "Zoe Zuckerhut <ZOE@weird.example>, bob@other.example"
    reply(office.desk, 1, "One.", ANNA, head=Head(bcc=shouted))
    side.ask(office.desk, 1, f"{ZOE}, Sue <sue@supplier.example>", "", "Is it so?", ANNA)
    forward(office.desk, 1, "See.", ANNA, Head(to=f"sue@supplier.example, {ZOE}"))
    undo(office.desk, ANNA, 1)  # the letter is a draft again, with its head
    head = Head(cc=shouted, subject="For zoe@weird.example").as_json()
    typed = {"lines": {"filter": ["from:ZOE@weird.example", "zuckerhut", "is:open"]},
             "where": {"view": "all", "query": "Zuckerhut", "page": [1, 2]}}  # fmt: skip
    with office.desk.store.write() as tx:
        drafts.put(tx, 1, "anna", "reply", "For Zoe Zuckerhut, too", office.now, head)
        console.remember(tx, "anna", typed, office.now)
    before = bytes_of(office).lower()
    assert [one for one in ZOES[:2] if one.encode() not in before] == []
    erase(office.desk, "zoe@weird.example", ANNA)
    after = bytes_of(office).lower()
    assert [one for one in ZOES[:2] if one.encode() in after] == []
    kept = office.sql("SELECT kind, head FROM draft ORDER BY kind")
    assert [kind for kind, _head in kept] == ["forward", "reply"]
    assert "sue@supplier.example" in kept[0][1]
    assert "bob@other.example" in kept[1][1]
    with office.desk.store.read() as tx:
        assert console.state(tx, "anna")["lines"]["filter"][-1] == "is:open"
    office.deliver_outbox()
    assert [row.state for row in office.outbox()] == ["sent", "sent"]


def test_an_address_that_ends_or_begins_like_theirs_is_somebody_elses(office: Office) -> None:
    office.receive(
        raw("Hello.\r\n", "Li Wei <li@customer.example>", id="a@x"),
        raw("Hello, too.\r\n", "Chen <wei.li@customer.example>", id="b@x"),
    )
    both = "wei.li@customer.example li@customer.example.cn li@customer.example"
    note(office.desk, 2, f"{both}, 邮箱li@customer.example。LI@customer.example请回复", ANNA)
    office.deliver_outbox()
    erase(office.desk, "li@customer.example", ANNA)
    assert office.messages(2)[-1].text == (
        "wei.li@customer.example li@customer.example.cn …, 邮箱…。…请回复"
    )
    assert ("wei.li@customer.example",) in office.sql("SELECT email FROM customer")


def test_a_name_is_no_part_of_anothers_address_and_ends_where_chinese_begins() -> None:
    scrub = scrubber(["li@a.example", "+8613800138000"], ["Li Wei", "Wei", "李伟", "Zoë", "Kurz"])
    assert scrub("wei.chen@a.example") == "wei.chen@a.example"
    assert scrub("我叫Li Wei谢谢，李伟先生") == "我叫…谢谢，…先生"
    assert scrub("Weiss, Zoës, Zoë") == "Weiss, Zoës, …"
    assert scrub("wei.kurz@old.example") == "…"
    assert scrub("+86138001380001 +8613800138000转1") == "+86138001380001 …转1"
    assert scrub(r"a\nli@a.example\nli@b.example") == r"a\n…\nli@b.example"
    assert scrub("...li@a.example, <li@a.example>. __li@a.example__") == "...…, <…>. …"
    assert scrub("a" * 200_000) == "a" * 200_000


def test_an_identity_in_chinese_goes_from_what_is_kept_as_json(office: Office) -> None:
    office.receive(raw("Hello.\r\n", "Jane <jane@customer.example>", id="a@x"))
    profile.add_identity(office.desk, "1", "wechat:小明的微信号八个字", ANNA)
    with office.desk.store.write() as tx:
        console.remember(tx, "anna", {"recent": ["小明的微信号八个字", "b"]}, office.now)
    erase(office.desk, "1", ANNA)
    with office.desk.store.read() as tx:
        assert console.state(tx, "anna")["recent"] == ["…", "b"]
