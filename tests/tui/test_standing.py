"""The lines above a conversation, and what is said of a message that has more files than words."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kfdesk.cells import fit_ends
from kfdesk.model import Attachment, Present
from kfdesk.store.people.others import Others
from kfdesk.tui.ticket.finding import Finding
from kfdesk.tui.ticket.letters import lay_out
from kfdesk.tui.ticket.line import Look
from kfdesk.tui.ticket.standing import facts, head
from tests.tui.console import WHO
from tests.tui.fake import NOW, FakeSource


@given(st.sampled_from(["退款 " * 60, "x" * 900, "short"]), st.integers(0, 40), st.integers(20, 90))
def test_who_is_there_and_what_is_looked_for_stand_below_any_subject_and_any_tags(
    subject: str, tags: int, width: int
) -> None:
    """At most six lines, each within the pane, whatever the ticket is called and tagged with."""
    reading = FakeSource().reading(1)
    ticket = replace(reading.ticket, subject=subject, tags=tuple(f"tag{n}" for n in range(tags)))
    company = (Present(1, "bert", "s", NOW, NOW),)
    shown = replace(reading, ticket=ticket, company=company)
    lines = head(shown, WHO, Finding("parcel", ((1, 3),)), width).plain.split("\n")
    assert len(lines) <= 6
    assert all(cell_len(line) <= width for line in lines)
    assert lines[0].startswith("#1")
    assert "bert" in lines[-2]
    assert "1 of 3" in lines[-1]


@given(st.integers(30, 60), st.integers(0, 2000))
def test_the_counts_of_a_customers_other_tickets_fit_their_pane(width: int, many: int) -> None:
    """They go below the title where they do not fit behind it."""
    reading = replace(FakeSource().reading(1), others=Others(many + 1, many, ()))
    lines = facts(reading, WHO, width).plain.split("\n")
    assert all(cell_len(line) <= width for line in lines)
    assert any(f"{many} open · " in line for line in lines)


@given(st.text(), st.integers(4, 60))
def test_a_file_is_called_by_both_ends_of_its_name(name: str, width: int) -> None:
    """What it really is stands at the end."""
    assert cell_len(fit_ends(name, width)) <= width
    said = fit_ends(f"发票 {name * 9} with a long name.pdf.exe", max(width, 15))
    assert said.endswith(".exe")


def test_a_message_without_words_says_so_unless_files_do() -> None:
    """No empty line stands above them."""
    reading = FakeSource().reading(1)
    bare = replace(reading.messages[0], text="", cut=0, attachments=())
    file = Attachment(1, "a.pdf", "application/pdf", 10, "00")

    def said(*files: Attachment) -> list[str]:
        message = replace(bare, attachments=files)
        found = replace(reading, messages=(message,), events=())
        lines = lay_out(found, WHO, 60, Look())
        return ["".join(text for text, _style in line.parts).rstrip() for line in lines]

    assert "▎ —" in said()
    assert not {"▎", "▎ —"} & set(said(file))
    assert any("a.pdf" in line for line in said(file))
