"""Satisfaction: asked once, by a switch; answered by mail by whoever holds the question."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from kfdesk import cli, i18n
from kfdesk.__main__ import hoist
from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.conversation.survey import EXPIRES, ask_now, state_of
from kfdesk.desk.history.undo import undo
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.plain import ticket_json
from kfdesk.desk.tickets.show import show
from kfdesk.errors import KfdeskError, UserError
from kfdesk.mail.token import find_score
from kfdesk.model import Change, OutboxState, Status
from kfdesk.rules.reading.load import load
from tests.desk import office as module
from tests.desk.office import ANNA, Office, raw
from tests.words.conftest import CHINESE, ENGLISH, OpenOffice, trigger

JANE = "Jane <jane@customer.example>"


@pytest.fixture
def switched(opened: OpenOffice, monkeypatch: pytest.MonkeyPatch) -> OpenOffice:
    """Open desks that ask by the switch alone."""
    before = module.CONFIGURATION
    on = before.replace('name = "Shop"\n', 'name = "Shop"\ncsat = true\n', 1)
    monkeypatch.setattr(module, "CONFIGURATION", on)
    return opened


def solved(office: Office, body: str = ENGLISH) -> Office:
    """The desk with one ticket that an agent solved."""
    office.receive(raw(body, JANE, Subject="Refund"))
    reply(office.desk, 1, "Here it is.", ANNA)
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    office.sql("UPDATE ticket SET unread = 0")
    return office


def sent(office: Office) -> Office:
    """The desk after the question has left."""
    office.later(minutes=10)
    office.deliver_outbox()
    return office


def links(office: Office) -> dict[int, str]:
    """{score: the link that gives it} in what the customer was asked."""
    text = office.messages(1)[-1].text
    return {int(n): url for n, url in re.findall(r"^([1-5]) .*?(mailto:\S+)$", text, re.M)}


def subject(office: Office, score: int) -> str:
    """The subject of the mail that a link writes."""
    return parse_qs(urlsplit(links(office)[score]).query)["subject"][0]


def score(office: Office) -> object:
    """What the ticket's JSON says."""
    return ticket_json(office.ticket(1))["csat"]


# --- asked


def test_a_switch_is_all_that_it_needs_and_shows_as_a_rule(switched: OpenOffice) -> None:
    office = switched()
    rule = load(office.settings).rules[-1]
    assert (rule.name, rule.place.line > 0) == ("[desk] csat", True)
    solved(office)
    row = office.outbox()[-1]
    assert row.subject == "[KF-1-3] How did we do?"
    assert row.not_before > office.now
    assert sorted(links(office)) == [1, 2, 3, 4, 5]
    assert state_of(office.desk, 1).waiting


def test_the_question_is_asked_in_the_customers_language(switched: OpenOffice) -> None:
    office = solved(switched(), CHINESE)
    assert "非常满意" in office.messages(1)[-1].text
    assert sorted(links(office)) == [1, 2, 3, 4, 5]


def test_a_rule_says_true_or_names_a_template(opened: OpenOffice) -> None:
    office = solved(opened(trigger("{ csat = true }", on="updated", when="status.now:solved")))
    assert len(links(office)) == 5


def test_a_link_is_ascii_and_percent_encoded(switched: OpenOffice) -> None:
    for url in links(solved(switched())).values():
        assert re.fullmatch(r"mailto:support@shop.example\?subject=[A-Za-z0-9%/_.~-]+", url)
        assert unquote(url).count("kfs-1-") == 1


def test_who_solved_by_mistake_asks_nobody(switched: OpenOffice) -> None:
    office = solved(switched())
    undo(office.desk, ANNA)
    office = sent(office)
    assert [row.state for row in office.outbox() if "How did" in row.subject] in (
        [],
        [OutboxState.CANCELLED],
    )
    assert state_of(office.desk, 1).asked is None
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    assert state_of(office.desk, 1).waiting


def test_a_ticket_that_is_open_again_before_it_left_is_not_asked_about(
    switched: OpenOffice,
) -> None:
    office = solved(switched())
    office.receive(raw("It is broken again.", JANE, Subject="Re: [KF-1-3] Refund"))
    assert office.ticket(1).status is Status.OPEN
    assert office.outbox()[-1].state is OutboxState.CANCELLED
    assert state_of(office.desk, 1).asked is None


@pytest.mark.parametrize("column", ["spam = 1", "merged_into = 1", "deleted_at = 1"])
def test_spam_and_what_is_gone_is_not_asked_about(switched: OpenOffice, column: str) -> None:
    office = switched()
    office.receive(raw(ENGLISH, JANE), raw(ENGLISH, "Bob <b@x.example>"))
    office.sql(f"UPDATE ticket SET {column} WHERE id = 2")
    with pytest.raises(KfdeskError, match=r"spam|merged|deleted"):
        ask_now(office.desk, 2, ANNA)
    assert office.outbox() == []
    assert office.sql("SELECT count(*) FROM survey") == [(0,)]


def test_it_is_asked_by_hand_once(opened: OpenOffice) -> None:
    office = opened()
    office.receive(raw(ENGLISH, JANE))
    assert ask_now(office.desk, 1, ANNA).waiting
    assert office.ticket(1).waiting_since is not None
    with pytest.raises(UserError, match="asked before"):
        ask_now(office.desk, 1, ANNA)


def test_a_robot_is_not_asked(switched: OpenOffice) -> None:
    office = switched()
    office.receive(raw(ENGLISH, JANE, Auto_Submitted="auto-replied"))
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    assert office.outbox() == []


# --- answered


@pytest.mark.parametrize(
    ("body", "comment"),
    [
        ("", ""),
        ("非常好，谢谢小李！\r\n\r\n发自我的iPhone\r\n", "非常好，谢谢小李！"),
        ("Great.\r\n\r\n-- \r\nJane Doe\r\nACME\r\n", "Great."),
        ("好的\r\n\r\n------------------ 原始邮件 ------------------\r\n发件人: Shop\r\n", "好的"),
    ],
)
def test_the_comment_is_what_the_customer_added(
    switched: OpenOffice, body: str, comment: str
) -> None:
    office = sent(solved(switched()))
    office.receive(raw(body, JANE, Subject=subject(office, 5)))
    assert score(office) == {"score": 5, "comment": comment}
    assert office.ticket(1).status is Status.SOLVED
    assert office.ticket(1).waiting_since is None
    assert office.sql("SELECT unread FROM ticket") == [(0,)]


def test_a_comment_that_asks_something_is_unread(switched: OpenOffice) -> None:
    office = sent(solved(switched()))
    office.receive(raw("那运费什么时候退？\r\n", JANE, Subject=subject(office, 4)))
    assert office.sql("SELECT unread FROM ticket") == [(1,)]
    assert office.ticket(1).status is Status.SOLVED


def test_the_last_answer_counts_and_both_are_in_the_journal(switched: OpenOffice) -> None:
    office = sent(solved(switched()))
    for given in (5, 2):
        office.later(hours=1)
        office.receive(raw("", JANE, Subject=subject_of(office, given)))
    assert score(office) == {"score": 2, "comment": ""}
    lines = [e.changes for e in show(office.desk, 1).events if e.kind == "csat"]
    assert lines == [{"csat": (None, 5)}, {"csat": (5, 2)}]


def subject_of(office: Office, given: int) -> str:
    """The subject that gives a score, whatever was said since."""
    from kfdesk.mail.token import score_mark

    return f"[KF-1-3] {given}/5 {score_mark(office.desk.secret, 1, given)}"


def test_who_got_the_question_forwarded_may_answer_first_and_not_over_others(
    switched: OpenOffice,
) -> None:
    office = sent(solved(switched()))
    office.receive(raw("", "Eve <eve@x.example>", Subject=subject_of(office, 1)))
    assert score(office) == {"score": 1, "comment": ""}
    office.receive(raw("", JANE, Subject=subject_of(office, 4)))
    assert score(office) == {"score": 4, "comment": ""}
    office.receive(raw("bad", "Eve <eve@x.example>", Subject=subject_of(office, 1)))
    assert score(office) == {"score": 4, "comment": ""}
    assert len(office.tickets()) == 1
    assert "does not count" in office.events(1)[-1].text


def test_after_a_month_an_answer_counts_no_more(switched: OpenOffice) -> None:
    office = sent(solved(switched()))
    office.later(days=EXPIRES.days + 1)
    office.receive(raw("", JANE, Subject=subject_of(office, 1)))
    assert score(office) is None
    assert office.ticket(1).status is Status.SOLVED
    assert "30 days" in office.events(1)[-1].text


def test_a_mark_is_good_for_one_ticket(switched: OpenOffice) -> None:
    office = sent(solved(switched()))
    forged = subject_of(office, 5).replace("kfs-1-", "kfs-2-")
    assert find_score(office.desk.secret, forged) is None


def test_rules_reopen_and_tell_of_a_low_score(switched: OpenOffice) -> None:
    low = trigger(
        '{ set = { status = "open" } }, { notify = { to = "agent:bert", text = "unhappy" } }',
        on="updated", when="changed:csat csat<=2", name="Low",
    )  # fmt: skip
    office = sent(solved(switched(low)))
    office.receive(raw("", JANE, Subject=subject_of(office, 5)))
    assert office.ticket(1).status is Status.SOLVED
    office.receive(raw("", JANE, Subject=subject_of(office, 1)))
    assert office.ticket(1).status is Status.OPEN
    assert office.outbox()[-1].kind == "notice"
    assert office.find("csat<=2") == [1]
    assert office.find("csat>2") == []


# --- from the command line


def test_the_commands_show_and_ask(
    opened: OpenOffice, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = opened()
    office.receive(raw(ENGLISH, JANE, Subject="Refund"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(hoist(["--config", str(office.file), "--as", "anna", *arguments]))
        return code, *capsys.readouterr()

    try:
        assert run("survey", "1") == (0, "the customer was not asked\n", "")
        asked = json.loads(run("survey", "1", "--ask", "--json")[1])
        assert (asked["waiting"], asked["score"]) == (True, None)
        code, _out, err = run("survey", "1", "--ask")
        assert (code, "asked before" in err) == (2, True)
        way = json.loads(run("progress", "1", "--json")[1])
        assert (way["token"], [step["step"] for step in way["steps"]]) == ("KF-1-3", ["received"])
        assert "已收到您的问题" in run("progress", "1", "--language", "zh")[1]
        assert run("progress", "9")[0] == 1
        assert run("progress", "1", "--language", "fr")[0] == 2
    finally:
        i18n.use("en")


def test_a_long_comment_does_not_bury_the_ticket(
    switched: OpenOffice, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of a ticket begins with the beginning of it; `survey` has it whole."""
    office = sent(solved(switched()))
    office.receive(raw("word " * 900, Subject=subject(office, 4)))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    try:
        cli.run(hoist(["--config", str(office.file), "--as", "anna", "show", "1"]))
        facts = capsys.readouterr().out.partition("──")[0]
        assert "4/5 word word" in facts
        assert len(facts) < 1000
        cli.run(hoist(["--config", str(office.file), "--as", "anna", "survey", "1"]))
        assert capsys.readouterr().out.count("word") == 900
    finally:
        i18n.use("en")


def test_a_list_may_be_sorted_by_it(switched: OpenOffice) -> None:
    office = switched()
    for number in (1, 2, 3):
        office.receive(raw(ENGLISH, f"C{number} <c{number}@x.example>", Subject=f"S{number}"))
    office.sql("INSERT INTO survey (ticket_id, asked_at, comment, score) VALUES (1, 0, '', 5)")
    office.sql("INSERT INTO survey (ticket_id, asked_at, comment, score) VALUES (3, 0, '', 2)")
    assert office.find("sort:csat") == [3, 1, 2]
    assert office.find("sort:-csat") == [1, 3, 2]
