"""Messages as lines: every width, every text, every fold; nothing in them is interpreted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from kfdesk import i18n
from kfdesk.cells import Part, plain
from kfdesk.mail.html import to_text
from kfdesk.model import Stretch
from kfdesk.text import finding
from kfdesk.tui.source.source import Reading
from kfdesk.tui.ticket.body import Body, Marks, Piece
from kfdesk.tui.ticket.finding import Finding
from kfdesk.tui.ticket.letters import lay_out
from kfdesk.tui.ticket.line import Look
from kfdesk.tui.ticket.opening import links_of
from kfdesk.wrap import wrap
from tests.tui.console import WHO
from tests.tui.fake import FakeSource, conversation, row
from tests.tui.test_hostile import CORPUS, HARMFUL

_PIECES = [*"ab > \n（）。，“”退款한に\t[]()<>:/.", "https://a.example/", "\n> ", "\n-- \n"]
_TEXT = st.lists(st.sampled_from(_PIECES), max_size=200).map("".join)
_WANTED = st.sampled_from(["a", "退款", "> b"])


def said(text: str, cut: int) -> Reading:
    """A ticket with one message."""
    reading = FakeSource([1]).reading(1)
    message = replace(conversation(row(1))[0], text=text, cut=cut)
    return replace(reading, shown=Stretch((message,), ()))


@settings(max_examples=150, deadline=None)
@given(_TEXT, st.integers(0, 300), st.integers(24, 90), st.booleans(), _WANTED)
@example("a https://a.example/（\n> ", 0, 26, False, "a")
@example("aaa>https://a.example/", 0, 24, False, "a")
@example("a\n-- \nhttps://a.example/", 1, 24, False, "a")
@example("\t\n-- \nhttps://a.example/https://a.example/", 29, 24, False, "a")
def test_every_line_fits_and_every_letter_is_there(
    text: str, cut: int, width: int, everything: bool, wanted: str
) -> None:
    """At any width, folded or not, with hits marked; links keep their numbers."""
    reading = said(text, min(cut, len(text)))
    look = Look(everything=everything, marks=Marks(finding(wanted)))
    lines = lay_out(reading, WHO, width, look)
    for line in lines:
        shown = "".join(part for part, _style in line.parts)
        assert plain(shown) == shown
        assert "\n" not in shown
        assert cell_len(shown) <= width
    numbers = [part for line in lines for part, style in line.parts if style == "link-number"]
    known = [f"[{n + 1}]" for n in range(len(links_of(reading.stretch.messages[0])))]
    assert numbers == known if everything else set(numbers) <= set(known)
    places = [line.at for line in lines if line.owner == 1]
    assert places == sorted(places)


def test_a_line_of_thousands_of_links_costs_no_more_than_its_length() -> None:
    """As in a newsletter that has no line ends; the number of none is broken, marked or not."""
    text = " ".join(f"see https://e{n}.example/{'x' * (n % 30)}" for n in range(6000))
    for marks in (Marks(), Marks(finding("9"))):
        shown = ["".join(part for part, _ in piece.parts) for piece in _body(text, marks)]
        numbers = [int(found) for line in shown for found in re.findall(r"\[(\d+)\]", line)]
        assert numbers == list(range(1, 6001))


def _body(text: str, marks: Marks) -> list[Piece]:
    return list(Body(34, marks, unfolded=False).lines(text, "text", 0))


def test_what_was_laid_out_before_is_laid_out_anew_where_it_would_be_otherwise() -> None:
    """In another width, with something marked, unfolded, or in another language."""
    reading, before = said("a word, and more\n\n-- \nJane\nStreet 1", 16), i18n.current()

    def lines(width: int = 60, look: Look = Look()) -> list[tuple[Part, ...]]:  # noqa: B008
        return [line.parts for line in lay_out(reading, WHO, width, look)]

    first = lines()
    others = [
        lines(14),
        lines(look=Look(marks=Marks(finding("word")))),
        lines(look=Look(everything=True)),
    ]
    try:
        i18n.use("zh" if before == "en" else "en")
        others.append(lines())
    finally:
        i18n.use(before)
    assert first == lines()
    assert first not in others


@pytest.mark.parametrize("evil", CORPUS, ids=lambda evil: ascii(evil)[:30])
def test_hostile_text_behind_links_and_in_hits_is_text(evil: str) -> None:
    """In an address, in its words, beside what is looked for."""
    text = f"see {evil} <https://a.example/{evil.split()[0]}> hit {evil}\n> {evil}"
    for look in (Look(everything=True, marks=Marks(finding("hit"))), Look()):
        for line in lay_out(said(text, len(text)), WHO, 60, look):
            assert not HARMFUL.search(plain("".join(part for part, _style in line.parts)))


def test_hits_are_counted_where_they_begin_though_a_line_ends_in_them() -> None:
    """A hit over two lines is one."""
    body = Body(10, Marks(finding("seven eight")), unfolded=False)
    pieces = list(body.lines("one two seven eight nine seven  eight", "text", 0))
    assert sum(piece.hits for piece in pieces) == 2
    marked = "".join(text for piece in pieces for text, style in piece.parts if style == "hit")
    assert marked.replace(" ", "") == "seveneightseveneight"


def test_the_next_hit_goes_round() -> None:
    """Behind the last comes the first, wherever one began."""
    found = Finding("x", ((3, 2), (7, 1)))
    assert [found.step(n).place for n in range(4)] == [(3, 0), (3, 1), (7, 0), (3, 0)]
    assert found.step(-1).place == (7, 0)
    assert found.nearest(4).place == (7, 0)
    assert found.nearest(9).place == (7, 0)
    assert Finding("x", ()).nearest(1).count == 0


def test_mails_of_html_alone_read_well() -> None:
    """Lists, tables and links are lines; what links hide is a number; scripts are nothing."""
    text, _cut = to_text(
        "<h1>Deals</h1><script>alert(1)</script><ul><li>One<li>Two</ul>"
        '<p>Click <a href="https://track.example/x?u=1">here</a> or '
        '<a href="javascript:alert(1)">there</a></p>'
        '<table><tr><td>A</td><td>1 €</td></tr></table><img src="https://t.example/p.gif">'
    )
    body = Body(60, Marks(), unfolded=False)
    lines = ["".join(part for part, _style in p.parts) for p in body.lines(text, "text", 0)]
    assert lines == ["Deals", "", "- One", "- Two", "", "Click here[1] or there", "", "A  1 €"]


def test_punctuation_stays_with_its_word() -> None:
    """No line begins with what closes or ends with what opens, in Chinese or Japanese."""
    text = "他说：“退款（订单号 A100234）已经到账。”（谢谢！）ありがとう、ちょっと待って。ok," * 3
    for width in range(12, 60):
        lines = wrap(text, width)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        for line in lines:
            assert not re.match("[，。、！？）”っょー]", line)
            assert not re.search("[（“]$", line)


def test_an_address_that_fits_is_never_broken() -> None:
    """It begins a line of its own; one that fits no line is shortened, and whole in the chooser."""
    url = "https://shop.example/orders/A100234"
    body = Body(44, Marks(), unfolded=False)
    lines = ["".join(part for part, _style in p.parts) for p in
             body.lines(f"some words before it {url} and {url}{'x' * 90}", "text", 0)]  # fmt: skip
    assert any(url + "[1]" in line for line in lines)
    assert any("…[2]" in line for line in lines)
    assert body.links[1].url == url + "x" * 90
