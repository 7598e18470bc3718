"""What a mail program broke is read whole in a narrow pane; what a person broke stays."""

from __future__ import annotations

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from kfdesk.tui.ticket.flow import flowed

SAID = (
    "I ordered the grey lamp on Monday and paid with my card, but the parcel that came today has"
    " a blue one in it. Could you send the right one, or give me the money back? It was a present,"
    " so it would be good to have it before the end of the week. Thank you very much in advance."
)
BROKEN = textwrap.fill(SAID, 76)


def test_a_broken_paragraph_is_one_line_where_it_does_not_fit() -> None:
    """As it came where it does."""
    assert flowed(BROKEN, 62) == SAID
    assert flowed(BROKEN, 80) == BROKEN
    assert flowed(f"Hello,\n\n{BROKEN}\n\nAnna Beck\nBerlin", 62) == (
        f"Hello,\n\n{SAID}\n\nAnna Beck\nBerlin"
    )
    indented = textwrap.fill(SAID, 76, initial_indent="   ")
    assert flowed(indented, 62) == f"   {SAID}"


def test_what_somebody_laid_out_stays() -> None:
    """Lists, quotes, tables, code, addresses, short lines, Chinese."""
    kept = (
        "- one thing that is missing from the parcel that came in the morning of\n- another",
        "> what was said before, which went on until the end of the line and more\n> and on",
        "lamp      3      12.00   grey, with a long cord and a plug for the island\nbulb  1  2.00",
        "Look at https://shop.example/lamps which is where I have seen the lamp I\nwant to have",
        "    if lamp.colour != 'grey':  # the customer has asked for a grey one, so\n    return",
        "Street: the long road behind the hill where the old lighthouse stands, 12\nCity: Hull",
        "Roses are red,\nviolets are blue,\nwhere is my parcel",
        "1. the lamp that I ordered on Monday has not come, though it was promised\n2. the bulb",
    )
    for text in kept:
        assert flowed(f"{text}\n\n{BROKEN}", 62) == f"{text}\n\n{SAID}"


def test_a_text_that_was_not_broken_at_a_width_stays() -> None:
    """Its lines are its writer's."""
    assert flowed(f"{SAID}\nand so on\n{BROKEN}", 62) == f"{SAID}\nand so on\n{BROKEN}"


@given(st.text(st.sampled_from("ab c\n>-1./:中"), max_size=400), st.integers(8, 90))
def test_places_stay_the_same(text: str, width: int) -> None:
    """Only ends of lines are exchanged, for blanks."""
    found = flowed(text, width)
    assert found.replace("\n", " ") == text.replace("\n", " ")
