"""The screens that one watches the desk with, on a real desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.customers import profile, suggest
from kfdesk.desk.history import log
from kfdesk.desk.history.undo import undo
from kfdesk.desk.knowledge import writing
from kfdesk.desk.knowledge.shelf import check
from kfdesk.desk.sending.leaving import leaving
from kfdesk.desk.syncing.standing import standing
from kfdesk.desk.tickets.change import change
from kfdesk.errors import UserError
from kfdesk.model import Change, OutboxState, Priority
from kfdesk.store import outbox
from kfdesk.store.history import pages
from kfdesk.tui.pickers.picker import Picker
from kfdesk.tui.screens.articles import Articles
from kfdesk.tui.screens.channels import Channels
from kfdesk.tui.screens.customer import CustomerCard
from kfdesk.tui.screens.log import Log
from kfdesk.tui.screens.outbox import Outbox
from kfdesk.tui.screens.quarantine import Quarantine
from tests.desk.office import ANNA, Office, raw
from tests.teamwork.conftest import PEOPLE, console, until
from tests.tui.console import text

KB = """
[kb]
path = "kb"
"""


def made_office(folder: Path) -> Office:
    """A desk with a ticket, and an article."""
    (folder / "kb").mkdir()
    (folder / "kb" / "returns.md").write_text(
        "---\ntitle: How returns work\naudience: public\n---\nSend it back.\n", encoding="utf-8"
    )
    made = Office(folder, PEOPLE + KB)
    made.receive(raw())
    return made


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """It, closed at the end."""
    made = made_office(tmp_path)
    yield made
    made.close()


def answered(office: Office, state: OutboxState, error: str = "") -> int:
    """Answer the ticket; the mail stands there in that state."""
    reply(office.desk, 1, "We look into it.", ANNA)
    with office.desk.store.write() as tx:
        (row,) = outbox.rows(tx)
        outbox.mark(tx, [row.id], state, office.now, error=error)
    return row.id


def state_of(office: Office, id: int) -> OutboxState:
    """Where a row stands."""
    with office.desk.store.read() as tx:
        return outbox.get(tx, id).state


async def test_an_unknown_mail_is_decided_in_the_outbox(office: Office) -> None:
    """What is known is told; to send it again is asked about twice, and twice can be left."""
    id = answered(office, OutboxState.UNKNOWN, "the connection broke")
    async with console(office, size=(120, 30)) as (app, pilot):
        await pilot.press("g", "o")
        await until(pilot, lambda: "We look into it." in text(app))
        assert isinstance(app.screen, Outbox)
        shown = text(app)
        assert "1 to be decided by you" in shown
        assert "the connection broke" in shown
        assert "The Sent folder was not looked into yet" in shown
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await until(pilot, lambda: "may have arrived already" in text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "may then have it twice" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Outbox))
        assert state_of(office, id) is OutboxState.UNKNOWN
        await pilot.press("s")
        await until(pilot, lambda: state_of(office, id) is OutboxState.SENT)
        await until(pilot, lambda: "✓ sent" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.main.follow.number == 1)


async def test_what_failed_leaves_again_or_is_taken_back(office: Office) -> None:
    """Without a question: it has certainly not arrived."""
    id = answered(office, OutboxState.FAILED, "mailbox full")
    async with console(office) as (app, pilot):
        await pilot.press("g", "o")
        await until(pilot, lambda: "mailbox full" in text(app))
        await pilot.press("r")
        await until(pilot, lambda: state_of(office, id) is OutboxState.QUEUED)
        await until(pilot, lambda: "◌ waiting" in text(app))
        await pilot.press("x")
        await until(pilot, lambda: state_of(office, id) is OutboxState.CANCELLED)


def test_what_leaves_is_shown_as_its_reader_gets_it(office: Office) -> None:
    """Its head and its text, with what it quotes."""
    found = leaving(office.desk, answered(office, OutboxState.QUEUED))
    assert dict(found.head)["To"] == "Jane <jane@customer.example>"
    assert "We look into it." in found.text
    assert "> Hello." in found.text


async def test_a_mail_that_could_not_be_read_is_released_or_is_spam(office: Office) -> None:
    """Its source is shown as it came."""
    office.receive(b"\x00\x01 nothing that is a mail", b"\x02 nor this")
    async with console(office, size=(120, 30)) as (app, pilot):
        await pilot.press("g", "z")
        await until(pilot, lambda: "2 mails could not be read" in text(app))
        assert isinstance(app.screen, Quarantine)
        await until(pilot, lambda: "nor this" in text(app))
        await pilot.press("r")
        await until(pilot, lambda: not office.ticket(3).quarantine)
        await until(pilot, lambda: "1 mail could not be read" in text(app))
        await pilot.press("x")
        await until(pilot, lambda: office.ticket(2).spam)


def test_the_log_is_read_backwards_page_by_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is missing and nothing twice, however far a page may look."""
    for n in range(12):
        change(office.desk, 1, Change(subject=f"Subject {n}"), ANNA)
    every = [event.id for event in log.lines(office.desk, "", 1000)]
    assert every == sorted(every, reverse=True)
    monkeypatch.setattr(log, "_SPAN", 3)
    monkeypatch.setattr(log, "PAGE", 2)
    assert [event.id for event in log.lines(office.desk, "", 1000)] == every
    mine = list(log.lines(office.desk, "by:anna kind:changed since:1h", 1000))
    assert len(mine) == 12
    assert not list(log.lines(office.desk, "by:bert", 1000))
    assert len(list(log.lines(office.desk, "2026-11-21 #1 anna", 5))) == 5
    with pytest.raises(UserError):
        log.wanted(office.desk, "since:yesterdayish")


async def test_an_operation_is_undone_from_the_log(office: Office) -> None:
    """It is asked first; what is in the way is named."""
    change(office.desk, 1, Change(priority=Priority.HIGH), ANNA)
    async with console(office, size=(120, 30)) as (app, pilot):
        await pilot.press("g", "l")
        await until(pilot, lambda: "normal → high" in text(app))
        assert isinstance(app.screen, Log)
        await app.speak("zh")  # its lines, too, which are kept for as long as it is open
        await until(pilot, lambda: "普通 → 高" in text(app))
        await app.speak("en")
        await until(pilot, lambda: "normal → high" in text(app))
        await pilot.press("slash", *"by:anna", "enter")
        await until(pilot, lambda: "jane@" not in text(app))
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press("enter")
        await until(pilot, lambda: office.ticket(1).priority is Priority.NORMAL)


def test_what_made_a_ticket_urgent_is_found_among_other_lines(office: Office) -> None:
    """Not a line that merely speaks of it."""
    change(office.desk, 1, Change(subject="urgent"), ANNA)
    with office.desk.store.read() as tx:
        assert not pages.pressing(tx, 0)


async def test_a_channel_says_what_is_wrong_and_what_to_do(office: Office) -> None:
    """What waits for it, too."""
    answered(office, OutboxState.FAILED)
    from kfdesk.desk.syncing.sync import remember

    remember(office.desk, office.channel, "mx.example refuses the login of anna", "login")
    (one,) = standing(office.desk)
    assert (one.kind, one.waiting) == ("login", {OutboxState.FAILED: 1})
    async with console(office, size=(120, 30)) as (app, pilot):
        await pilot.press("g", "h")
        await until(pilot, lambda: "refuses the login of anna" in text(app))
        assert isinstance(app.screen, Channels)
        assert "✗ user or password is wrong" in text(app)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Outbox))


async def test_an_article_goes_into_the_reply_that_is_being_written(office: Office) -> None:
    """And what was written before stays."""
    async with console(office, size=(120, 30)) as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: app.main.composer.display)
        await pilot.press(*"Hi ", "escape")
        await pilot.press("g", "k")
        await until(pilot, lambda: "How returns work" in text(app))
        assert isinstance(app.screen, Articles)
        await pilot.press("i")
        await until(pilot, lambda: app.main.composer.text == "Hi \n\nSend it back.")


def test_an_article_is_begun_from_a_template(office: Office) -> None:
    """It is a good one; its name leads nowhere else, and no file is written over."""
    path = writing.begin(office.desk, "shipping/delays", title="Delays", keywords="late, slow")
    assert path == office.folder / "kb" / "shipping" / "delays.md"
    assert not [found for found in check(office.settings) if found.severity == "error"]
    for name in ("../out", "shipping/delays", "", ".hidden", "a/.b"):
        with pytest.raises(UserError):
            writing.begin(office.desk, name)


def test_a_suggestion_that_was_dismissed_is_made_no_more(office: Office) -> None:
    """Until that is undone."""
    office.receive(raw(sender="Jane <jane+shop@customer.example>"))
    assert suggest.suggestions(office.desk, "1")
    suggest.dismiss(office.desk, "2", "1", ANNA)
    assert not suggest.suggestions(office.desk, "1")
    assert not suggest.suggestions(office.desk)
    undo(office.desk, ANNA)
    assert suggest.suggestions(office.desk, "1")


def test_the_log_tells_of_customers_among_tickets_by_their_time(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line once, in its order, however small a page is; words narrow them alike."""
    for n in range(5):
        office.now += timedelta(minutes=1)
        change(office.desk, 1, Change(subject=f"Subject {n}"), ANNA)
        office.now += timedelta(minutes=1)
        profile.set_(office.desk, "1", [f"name=Jane {n}"], ANNA)
    whole = [(one.customer is None, one.id) for one in log.lines(office.desk, "", 1000)]
    assert [is_ticket for is_ticket, _id in whole[:10]] == [False, True] * 5
    assert len(whole) == len(set(whole))
    for span, page in ((2, 1), (3, 2), (50, 3)):
        monkeypatch.setattr(log, "_SPAN", span)
        monkeypatch.setattr(log, "PAGE", page)
        read = [(one.customer is None, one.id) for one in log.lines(office.desk, "", 1000)]
        assert read == whole
    assert {one.customer for one in log.lines(office.desk, "Jane kind:profile", 99)} == {1}
    assert not [one for one in log.lines(office.desk, "#1", 99) if one.customer is not None]


async def test_a_customers_change_is_undone_from_the_log_and_enter_shows_their_card(
    office: Office,
) -> None:
    """It says whom, and from what to what."""
    profile.set_(office.desk, "1", ["name=Ada Lovelace"], ANNA)
    async with console(office, size=(120, 30)) as (app, pilot):
        await pilot.press("g", "l")
        await until(pilot, lambda: "Ada Lovelace: Name" in text(app))
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await until(pilot, lambda: "Undo customer?" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: office.ticket(1).customer.name != "Ada Lovelace")
        await pilot.press("g", "g", "enter")
        await until(pilot, lambda: isinstance(app.screen, CustomerCard))
