"""Articles in answers: put in, known again as they leave, counted when they have left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.knowledge.reading import answer, insert
from kfdesk.desk.knowledge.usage import usage
from kfdesk.desk.sending import outbox as box
from kfdesk.errors import NotFound, UserError
from kfdesk.rules.knowledge.article import NoArticle
from kfdesk.store import drafts
from tests.desk.office import ANNA, raw
from tests.knowledge.conftest import RETURNS, Library, OpenOffice

LINE = "Send it back within thirty days; the money arrives three days later."
BOT = """
[[bot]]
name = "Returns"
when = "message:return,退货"
article = "shipping/returns"
"""


def counted(library: Library, name: str = "shipping/returns.en") -> dict[str, int]:
    found = next(one for one in usage(library.desk) if one.name == name)
    return dict(found.counts.by or {})


def test_an_article_goes_behind_what_was_being_written(library: Library) -> None:
    number = library.ask("Return", "How do I send it back, please?")
    with library.desk.store.write() as tx:
        drafts.put(tx, number, "anna", "reply", "Dear Jane,\n", library.now)
    done = insert(library.desk, number, "shipping/returns", ANNA)
    assert done.draft == f"Dear Jane,\n\n{LINE}"
    assert not done.warning
    done = insert(library.desk, number, "shipping/returns", ANNA, as_link=True)
    assert done.draft.endswith(
        "How to return a parcel\nhttps://help.shop.example/shipping/returns.en"
    )
    with library.desk.store.read() as tx:
        assert drafts.get(tx, number, "anna", "reply") == done.draft


def test_a_language_that_is_named_is_meant(library: Library) -> None:
    number = library.ask("退款", "我想退货，请问怎么办理？")
    assert answer(library.desk, "shipping/returns", number).text in RETURNS
    assert answer(library.desk, "shipping/returns.en", number).text == LINE


def test_an_internal_article_warns(library: Library) -> None:
    number = library.ask("Return", "How do I send it back, please?")
    assert "internal" in insert(library.desk, number, "limits", ANNA).warning


def test_what_cannot_be_put_in_says_why(opened: OpenOffice) -> None:
    library = opened()
    number = library.ask("Return", "How?")
    with pytest.raises(NoArticle, match="did you mean limits"):
        insert(library.desk, number, "limit", ANNA)
    with pytest.raises(NotFound, match="no ticket 99"):
        insert(library.desk, 99, "limits", ANNA)
    library.article("wrong", "---\naudience: all\n---\nx")
    with pytest.raises(NoArticle, match=r"wrong.md:2: .*internal or public"):
        insert(library.desk, number, "wrong", ANNA)


def test_an_article_without_an_address_has_no_link(opened: OpenOffice) -> None:
    library = opened()
    settings = replace(library.settings, kb=replace(library.settings.kb, url=""))
    desk = library.desk.with_settings(settings)
    number = library.ask("Return", "How?")
    with pytest.raises(UserError, match="write `url`"):
        insert(desk, number, "limits", ANNA, as_link=True)
    library.article("own", "---\nlink: https://else.example/own\n---\nx")
    assert "https://else.example/own" in insert(desk, number, "own", ANNA, as_link=True).text


def test_a_use_counts_when_the_answer_has_left_and_not_before(library: Library) -> None:
    number = library.ask("Return", "How do I send it back, please?")
    insert(library.desk, number, "shipping/returns", ANNA)
    assert counted(library) == {}
    reply(library.desk, number, f"Dear Jane,\n\n{LINE}\nAnna", ANNA)
    assert counted(library) == {}
    library.deliver_outbox()
    assert counted(library) == {"text": 1}


def test_an_answer_that_was_taken_back_used_nothing(library: Library) -> None:
    usage(library.desk)
    number = library.ask("Return", "How?")
    reply(library.desk, number, LINE, ANNA)
    box.cancel(library.desk, library.outbox()[-1].id, ANNA)
    library.deliver_outbox()
    assert counted(library) == {}


def test_a_link_is_known_wherever_it_was_copied_from(library: Library) -> None:
    usage(library.desk)
    number = library.ask("Return", "How?")
    text = "See (https://help.shop.example/shipping/returns.en). Or https://other.example/limits"
    reply(library.desk, number, text, ANNA)
    library.deliver_outbox()
    assert counted(library) == {"link": 1}
    assert counted(library, "limits") == {}


def test_a_line_that_several_articles_share_tells_none_of_them(library: Library) -> None:
    shared = "With the kindest regards from all of us at the shop"
    library.article("one", f"The first article is about something.\n{shared}")
    library.article("two", f"The second article is about other things.\n{shared}")
    usage(library.desk)
    number = library.ask("Return", "How?")
    reply(library.desk, number, f"We do not know.\n{shared}", ANNA)
    library.deliver_outbox()
    assert counted(library, "one") == counted(library, "two") == {}


def test_counts_stay_when_the_article_is_gone(library: Library) -> None:
    usage(library.desk)
    number = library.ask("Return", "How?")
    reply(library.desk, number, LINE, ANNA)
    library.deliver_outbox()
    (library.folder / "kb" / "shipping" / "returns.en.md").unlink()
    found = next(one for one in usage(library.desk) if one.name == "shipping/returns.en")
    assert (found.there, found.counts.uses) == (False, 1)


def test_a_bot_answers_in_the_customers_language_and_counts_as_use(opened: OpenOffice) -> None:
    library = opened(BOT)
    library.receive(raw("How can I return it? Please tell me soon.\r\n"))
    library.receive(raw("我想退货，请问怎么办理？\r\n", "Li <li@x.example>", Subject="退款"))
    assert library.messages(1)[-1].text == LINE
    assert "七天内" in library.messages(2)[-1].text
    library.deliver_outbox()
    assert counted(library) == {"bot": 1}
    assert counted(library, "shipping/returns") == {"bot": 1}


def test_without_a_knowledge_base_nothing_is_looked_for(opened: OpenOffice) -> None:
    library = opened(articles=False)
    number = library.ask("Return", "How?")
    reply(library.desk, number, LINE, ANNA)
    assert library.sql("SELECT count(*) FROM article_use")[0][0] == 0
