"""Bots: the questions that come again and again, and the way out to a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kfdesk.errors import ConfigError
from kfdesk.model import Direction, Message, Status
from kfdesk.rules.reading.load import load
from kfdesk.settings import Bot, Kb, Route, Template
from kfdesk.store import messages
from tests.rules.shop import AGENT, CUSTOMER, Shop, rule, settings

PARCEL = Bot("Where is my parcel", "message:快递,parcel", "parcel", handover="转人工,a person")
RETURNS = Bot("Returns", "message:return", article="shipping/returns", times=2)
TEMPLATES = (
    Template("parcel", text="It is on its way."),
    Template("ack", text="We have it."),
)


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Shop]:
    """A shop with two bots."""
    (tmp_path / "kb" / "shipping").mkdir(parents=True)
    (tmp_path / "kb" / "shipping" / "returns.md").write_text("Send it back in 30 days.")
    shop = Shop(tmp_path, bots=(PARCEL, RETURNS), templates=TEMPLATES, kb=Kb(tmp_path / "kb"))
    yield shop
    shop.desk.close()


def ask(shop: Shop, number: int, text: str, **keys: Any) -> None:
    """A customer's message on a ticket, and what follows."""
    shop.run(shop.root(number, "updated", CUSTOMER, shop.say(number, text, **keys)))


def spoken(shop: Shop, number: int, direction: Direction = Direction.OUT) -> list[Message]:
    """What was said on a ticket in one direction."""
    with shop.desk.store.read() as tx:
        return [m for m in messages.of_ticket(tx, number) if m.direction is direction]


def answers(shop: Shop, number: int) -> list[str]:
    """What bots answered."""
    return [message.text for message in spoken(shop, number)]


def step(shop: Shop, number: int, name: str) -> Any:
    """What came of a rule at the last event."""
    index = [one.name for one in shop.desk.rules.rules].index(name)
    return next((came for rule, came in shop.steps(number)[0] if rule == index), None)


def test_a_bot_answers_a_customers_question(kiosk: Shop) -> None:
    number = kiosk.ticket()
    kiosk.created(number, kiosk.say(number, "我的快递在哪里"))
    assert answers(kiosk, number) == ["It is on its way."]


def test_a_bot_answers_with_an_article_of_the_knowledge_base(kiosk: Shop) -> None:
    number = kiosk.ticket()
    ask(kiosk, number, "How do I return it?")
    assert answers(kiosk, number) == ["Send it back in 30 days."]


def test_an_answer_is_the_article_as_it_stands_now(kiosk: Shop) -> None:
    """One that is gone by then answers nothing, and the trace says why."""
    file = kiosk.settings.folder / "kb" / "shipping" / "returns.md"
    file.write_text("Keep it.")
    number = kiosk.ticket()
    ask(kiosk, number, "return?")
    assert answers(kiosk, number) == ["Keep it."]
    file.unlink()
    ask(kiosk, number, "return?")
    assert "unknown article “shipping/returns”" in step(kiosk, number, "Returns")["failed"]


def test_only_the_first_bot_answers_one_message_and_the_trace_says_which(kiosk: Shop) -> None:
    number = kiosk.ticket()
    ask(kiosk, number, "return my parcel")
    assert answers(kiosk, number) == ["It is on its way."]
    names = [one.name for one in kiosk.desk.rules.rules]
    assert step(kiosk, number, "Returns") == f"group {names.index(PARCEL.name)}"


def test_a_bot_answers_so_often_in_one_ticket_at_most(kiosk: Shop) -> None:
    number, other = kiosk.ticket(email="a@x.example"), kiosk.ticket(email="b@x.example")
    for _each in range(3):
        ask(kiosk, number, "return?", email="a@x.example")
    assert len(answers(kiosk, number)) == 2
    assert step(kiosk, number, "Returns") == "times"
    ask(kiosk, other, "return?", email="b@x.example")
    assert len(answers(kiosk, other)) == 1


def test_a_bot_that_has_answered_enough_leaves_the_message_to_the_next(kiosk: Shop) -> None:
    number = kiosk.ticket()
    ask(kiosk, number, "parcel?")
    ask(kiosk, number, "return my parcel")
    assert answers(kiosk, number) == ["It is on its way.", "Send it back in 30 days."]


def test_a_bot_answers_neither_robots_nor_agents(kiosk: Shop) -> None:
    number = kiosk.ticket()
    ask(kiosk, number, "parcel", auto="Auto-Submitted")
    kiosk.run(kiosk.root(number, "updated", AGENT, kiosk.say(number, "parcel")))
    kiosk.run(kiosk.root(number, "updated", AGENT, None, status=("new", "open")))
    assert answers(kiosk, number) == []


def test_what_else_a_bot_does_is_done_too_and_later_passes_see_it(kiosk: Shop) -> None:
    bot = replace(PARCEL, do=({"tag": "asked"}, {"set": {"category": "投诉/物流"}}))
    kiosk.settings = replace(kiosk.settings, bots=(bot,))
    kiosk.rules(rule("seen", "tag.now:asked"))
    number = kiosk.ticket()
    ask(kiosk, number, "parcel")
    assert kiosk.tags(number) == {"asked", "seen"}
    assert kiosk.state(number).category == "投诉/物流"


def test_bots_come_behind_the_triggers_which_may_stop_them(kiosk: Shop) -> None:
    kiosk.rules(rule("first", "message:secret", stop=True))
    number = kiosk.ticket()
    ask(kiosk, number, "a secret parcel")
    assert answers(kiosk, number) == []


# --- a person


def test_a_customer_who_asks_for_a_person_gets_one(kiosk: Shop) -> None:
    """The ticket opens, and whoever takes over reads what was asked and answered, and when."""
    number = kiosk.ticket(status="pending")
    ask(kiosk, number, "where is my parcel?", quoted="> older things")
    ask(kiosk, number, "我要转人工")
    assert kiosk.state(number).status is Status.OPEN
    (note,) = spoken(kiosk, number, Direction.NOTE)
    parts = note.text.split("\n\n")
    assert parts[1:] == [
        "2026-11-21 12:00  Ann:\nwhere is my parcel?",
        "2026-11-21 12:00  the bot “Where is my parcel”:\nIt is on its way.",
        "2026-11-21 12:00  Ann:\n我要转人工",
    ]
    assert "handover" in [event.kind for event in kiosk.events(number)]
    came = step(kiosk, number, "Where is my parcel: hand over to a person")
    assert came["changes"] == {"status": ["pending", "open"]}
    assert came["handover"] is True


def test_after_that_no_bot_answers_in_the_ticket_any_more(kiosk: Shop) -> None:
    number = kiosk.ticket()
    ask(kiosk, number, "parcel: a person, please")
    assert answers(kiosk, number) == []
    ask(kiosk, number, "return?")
    ask(kiosk, number, "a person!")
    assert answers(kiosk, number) == []
    assert len(spoken(kiosk, number, Direction.NOTE)) == 1
    assert step(kiosk, number, "Where is my parcel: hand over to a person") == "handover"
    ask(kiosk, number, "and my parcel?")
    assert step(kiosk, number, "Where is my parcel") == "handover"


def test_a_bot_that_was_renamed_remembers_who_wants_a_person(kiosk: Shop) -> None:
    number = kiosk.ticket()
    ask(kiosk, number, "a person")
    kiosk.settings = replace(kiosk.settings, bots=(replace(PARCEL, name="Parcels"), RETURNS))
    kiosk.rules()
    ask(kiosk, number, "parcel")
    assert answers(kiosk, number) == []


def test_the_ordinary_routes_take_what_a_bot_hands_over(tmp_path: Path) -> None:
    """An answered question waits for nobody; one that a person is asked for is given to one."""
    route = Route("people", "is:unassigned status:open", ("round-robin",), "refunds")
    shop = Shop(tmp_path, bots=(PARCEL,), templates=TEMPLATES, routes=(route,))
    number = shop.ticket()
    shop.created(number, shop.say(number, "where is my parcel?"))
    assert shop.state(number).assignee == ""
    ask(shop, number, "a person, please")
    assert shop.state(number).assignee == "li.wei"
    shop.desk.close()


def test_what_a_robot_says_in_a_ticket_that_was_handed_over_changes_nothing(kiosk: Shop) -> None:
    number = kiosk.ticket()
    ask(kiosk, number, "a person")
    before = len(kiosk.events(number))
    ask(kiosk, number, "parcel return a person", auto="Auto-Submitted")
    assert len(kiosk.events(number)) == before + 1


def test_a_robot_asks_for_nobody(kiosk: Shop) -> None:
    number = kiosk.ticket()
    ask(kiosk, number, "a person", auto="Precedence: bulk")
    assert spoken(kiosk, number, Direction.NOTE) == []


def test_many_tickets_go_through_together_and_each_has_its_own_end(kiosk: Shop) -> None:
    """One is answered, one handed over, one was before, one has had its answers."""
    mails = [f"{name}@x.example" for name in "abcd"]
    answered, asking, handed, spent = (kiosk.ticket(email=mail) for mail in mails)
    ask(kiosk, handed, "a person", email=mails[2])
    ask(kiosk, spent, "parcel", email=mails[3])
    texts = ("parcel", "parcel, or a person", "parcel", "parcel")
    numbers = (answered, asking, handed, spent)
    kiosk.run(
        *(
            kiosk.root(number, "updated", CUSTOMER, kiosk.say(number, text, email=mail))
            for number, text, mail in zip(numbers, texts, mails, strict=True)
        )
    )
    assert [len(answers(kiosk, number)) for number in numbers] == [1, 0, 0, 1]
    notes = [spoken(kiosk, number, Direction.NOTE) for number in numbers]
    assert [len(found) for found in notes] == [0, 1, 1, 0]
    assert "parcel, or a person" in notes[1][0].text
    assert step(kiosk, handed, PARCEL.name) == "handover"
    assert step(kiosk, spent, PARCEL.name) == "times"


def test_the_same_words_of_two_bots_hand_over_once(kiosk: Shop) -> None:
    kiosk.settings = replace(
        kiosk.settings, bots=(PARCEL, replace(RETURNS, handover=PARCEL.handover))
    )
    kiosk.rules()
    assert len(kiosk.desk.rules.rules) == 3
    number = kiosk.ticket()
    ask(kiosk, number, "a person")
    assert len(spoken(kiosk, number, Direction.NOTE)) == 1


# --- what is wrong


@pytest.mark.parametrize(
    ("bot", "said"),
    [
        (Bot("b", "message:x"), "write one of them"),
        (Bot("b", "message:x", "ack", "shipping/returns"), "write one of them"),
        (Bot("b", "message:x", "akc"), "b.reply: unknown template “akc”; did you mean ack?"),
        (Bot("b", "message:x", article="shiping/returns"), "did you mean shipping/returns?"),
        (Bot("b", "statsu:x", "ack"), "b.when: unknown field “statsu”"),
        (Bot("b", "assignee:me", "ack"), "no “me”"),
        (Bot("b", "subject:" + "x" * 3990, "ack"), "b.when: a query has at most 4000 characters"),
        (Bot("b", "message:x", "ack", handover="!"), "b.handover: there is no word in “!”"),
        (Bot("b", "message:x", "ack", do=({"tga": "x"},)), "b.do[0]: unknown action “tga”"),
    ],
)
def test_a_wrong_bot_names_its_key(kiosk: Shop, bot: Bot, said: str) -> None:
    from kfdesk.errors import Place

    wrong = replace(bot, place=Place("desk.toml", 3, "b"))
    with pytest.raises(ConfigError) as error:
        load(replace(kiosk.settings, bots=(wrong,)))
    assert said in str(error.value)


def test_a_bots_condition_holds_as_a_whole_and_keeps_its_own_guards(tmp_path: Path) -> None:
    """Customers and not robots, whatever `or` stands in it; what it says itself stands once."""
    bots = (Bot("a", "subject:x or subject:y", "ack"), Bot("b", "by:customer subject:x", "ack"))
    one, other = load(settings(tmp_path, bots=bots)).rules
    assert one.when.text == "by:customer auto:no (subject:x or subject:y)"
    assert [one.when.quote(node) for node in one.when.conjuncts][:2] == ["by:customer", "auto:no"]
    assert other.when.text == "auto:no by:customer subject:x"
