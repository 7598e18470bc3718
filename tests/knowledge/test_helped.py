"""Whether an article helped: asked under the answer, said by one click, counted once a use."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.knowledge.usage import usage
from kfdesk.desk.replay import replay
from kfdesk.desk.sending import outbox as box
from kfdesk.desk.tickets.change import change
from kfdesk.errors import ConfigError
from kfdesk.mail.token import find_help, help_mark
from kfdesk.model import Change, Status
from kfdesk.store.bots import handed
from tests.desk.office import ANNA, raw
from tests.effects.conftest import trigger
from tests.knowledge.conftest import Library, OpenOffice
from tests.knowledge.test_uses import BOT, LINE

YES, NO = 0, 1


def sent(opened: OpenOffice, rules: str = "", *, bot: bool = False) -> tuple[Library, list[str]]:
    """A desk where an answer with an article has left, by anna or a bot; and its two links."""
    library = opened(rules + (BOT if bot else ""), asking=True)
    usage(library.desk)
    library.receive(raw("How can I return it? Please tell me soon.\r\n"))
    if not bot:
        reply(library.desk, 1, LINE, ANNA)
    library.deliver_outbox()
    return library, library.links()


def votes(library: Library) -> tuple[int, int]:
    found = next(one for one in usage(library.desk) if one.name == "shipping/returns.en")
    return found.counts.helped, found.counts.not_helped


def test_the_question_stands_under_the_answer_with_a_mail_for_each_word(
    opened: OpenOffice,
) -> None:
    library, links = sent(opened)
    text = library.messages(1)[-1].text
    assert text.startswith(f"{LINE}\n\nDid “How to return a parcel” help? Yes: mailto:support@")
    assert [find_help(library.desk.secret, link) for link in links] == [
        (1, 1, True), (1, 1, False),
    ]  # fmt: skip


def test_an_answer_without_an_article_asks_nothing(opened: OpenOffice) -> None:
    library, _links = sent(opened)
    reply(library.desk, 1, "Soon.", ANNA)
    assert library.messages(1)[-1].text == "Soon."


def test_an_answer_that_was_taken_back_and_sent_again_asks_once(opened: OpenOffice) -> None:
    library, _links = sent(opened)
    reply(library.desk, 1, library.messages(1)[-1].text, ANNA)
    text = library.messages(1)[-1].text
    assert text.count("Did “") == 1
    assert "kfh-1-2-y" in text


@pytest.mark.parametrize(("word", "counts"), [(YES, (1, 0)), (NO, (0, 1))])
def test_one_click_is_counted(opened: OpenOffice, word: int, counts: tuple[int, int]) -> None:
    library, links = sent(opened)
    library.receive(raw("", Subject=links[word]))
    assert votes(library) == counts
    assert library.events(1)[-1].changes == {"helped": (None, "yes" if word == YES else "no")}


def test_a_word_joins_its_ticket_without_reopening_it_or_waiting_for_an_answer(
    opened: OpenOffice,
) -> None:
    library, links = sent(opened, trigger('{ reply = "ack" }', on="message", name="Ack"))
    change(library.desk, 1, Change(status=Status.SOLVED), ANNA)
    before = len(library.outbox())
    for body in ("", "Sent from my iPhone\r\n", "\r\n-- \r\nJane\r\n"):
        library.receive(raw(body, "Jane <jane@other.example>", Subject=links[YES]))
    ticket = library.ticket(1)
    assert (ticket.status, ticket.waiting_since) == (Status.SOLVED, None)
    assert len(library.tickets()) == 1
    assert [m.subject for m in library.messages(1)][-3:] == [links[YES]] * 3
    assert len(library.outbox()) == before
    assert votes(library) == (1, 0)


def test_it_waits_for_no_answer_even_after_a_reply_was_taken_back(opened: OpenOffice) -> None:
    library, links = sent(opened)
    library.receive(raw("", Subject=links[YES]))
    reply(library.desk, 1, "One more thing.", ANNA)
    box.cancel(library.desk, library.outbox()[-1].id, ANNA)
    assert library.ticket(1).waiting_since is None


def test_a_mail_that_says_more_is_a_message_too(opened: OpenOffice) -> None:
    library, links = sent(opened)
    change(library.desk, 1, Change(status=Status.SOLVED), ANNA)
    library.receive(raw("No, my parcel is too large!\r\n", Subject=links[NO]))
    ticket = library.ticket(1)
    assert ticket.status is Status.OPEN
    assert ticket.waiting_since is not None
    assert votes(library) == (0, 1)


def test_where_a_bot_did_not_help_a_person_takes_over(opened: OpenOffice) -> None:
    library, links = sent(opened, bot=True)
    change(library.desk, 1, Change(status=Status.PENDING), ANNA)
    library.later(hours=1)
    library.receive(raw("", Subject=links[NO]))
    ticket = library.ticket(1)
    assert ticket.status is Status.OPEN
    assert ticket.waiting_since is not None
    assert "asks for a person" in library.messages(1)[-1].text
    with library.desk.store.read() as tx:
        assert handed(tx, [1]) == {1}
    library.receive(raw("Return it how, please?\r\n", Subject="Re: [KF-1-4] My order"))
    assert [m.auto for m in library.messages(1) if m.auto] == ["rule: Returns"]


def test_where_a_bot_helped_nobody_is_bothered(opened: OpenOffice) -> None:
    library, links = sent(opened, bot=True)
    change(library.desk, 1, Change(status=Status.PENDING), ANNA)
    library.receive(raw("", Subject=links[YES]))
    assert library.ticket(1).status is Status.PENDING


def test_rules_see_the_word(opened: OpenOffice) -> None:
    rules = trigger('{ tag = ["unhelped"] }', on="updated", when="helped.now:no", name="No")
    rules += trigger('{ tag = ["said"] }', on="updated", when="changed:helped", name="Any")
    library, links = sent(opened, rules)
    library.receive(raw("", Subject=links[NO]))
    assert library.ticket(1).tags == ("said", "unhelped")
    assert library.find("helped:no") == [1]
    assert library.find("helped:yes") == []
    library.ask("Another", "one")
    assert library.find("helped:none") == [2]


def test_a_forged_or_repeated_token_does_nothing(opened: OpenOffice) -> None:
    library, links = sent(opened)
    forged = links[YES].replace("kfh-1-1-y", "kfh-1-1-n")
    assert find_help(library.desk.secret, forged) is None
    library.receive(raw("", "Eve <eve@x.example>", Subject=forged))
    library.receive(raw("", Subject=help_mark(b"other" * 8, 1, 1, True)))
    assert votes(library) == (0, 0)
    library.receive(raw("", Subject=links[NO]))
    library.receive(raw("", Subject=links[YES]), raw("", Subject=links[YES]))
    assert votes(library) == (0, 1)


def test_robots_and_agents_have_no_say(opened: OpenOffice) -> None:
    library, links = sent(opened)
    library.receive(raw("", Subject=links[YES], Auto_Submitted="auto-replied"))
    library.receive(raw("", "Anna <anna@shop.example>", Subject=links[YES]))
    assert votes(library) == (0, 0)


def test_the_text_that_asks_names_only_what_there_is(opened: OpenOffice) -> None:
    library = opened()
    text = library.file.read_text().replace('path = "kb"', 'path = "kb"\nhelped = "{{article.ok}}"')
    library.file.write_text(text)
    from kfdesk.config import load
    from kfdesk.rules.reading.load import load as rules

    with pytest.raises(ConfigError, match=r"kb.helped.*unknown variable “article.ok”"):
        rules(load(library.file))


def test_a_past_with_words_on_articles_can_be_gone_through_again(opened: OpenOffice) -> None:
    rules = trigger('{ tag = ["unhelped"] }', on="updated", when="helped.now:no", name="No")
    library, links = sent(opened, rules, bot=True)
    library.later(hours=1)
    change(library.desk, 1, Change(status=Status.PENDING), ANNA)
    library.later(hours=1)
    library.receive(raw("", Subject=links[NO]))
    library.later(hours=1)
    since = library.now - timedelta(days=1)
    found = replay(library.settings.database, library.settings, since, library.now)
    assert found.differences == ()
