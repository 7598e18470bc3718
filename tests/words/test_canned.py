"""Canned replies: shared and own, found by a few letters, filled in, taken and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from rich.cells import cell_len

from kfdesk import cli, i18n
from kfdesk.__main__ import hoist
from kfdesk.desk.conversation import canned
from kfdesk.errors import ConfigError, NotFound, UserError
from kfdesk.initials import initials
from kfdesk.model import Actor, By
from kfdesk.rules.lint import check
from kfdesk.tui.source.live import DeskSource
from tests.cli.conftest import Done
from tests.desk.office import ANNA, Office, raw
from tests.tui.console import opened as console
from tests.tui.console import settled, text
from tests.words.conftest import CHINESE, OpenOffice

Run = Callable[..., Done]
BERT = Actor(By.AGENT, "bert")

SHARED = """
[[template]]
name = "refund-time"
title = "退款时间"
canned = true
language = "zh"
keywords = ["到账", "money"]
text = "{{customer.name}}，您好：退款 3 天内到账。{{agent.title}}"

[[template]]
name = "refund-time"
title = "When the refund comes"
canned = true
language = "en"
text = "Dear {{customer.name}}, the refund takes 3 days. {{agent.title}}"

[[template]]
name = "for-refunds"
canned = true
teams = ["refunds"]
text = "Only for the team."
"""


@pytest.fixture
def office(opened: OpenOffice) -> Office:
    """A desk with canned replies and one ticket of a Chinese customer."""
    office = opened(SHARED)
    office.receive(raw(CHINESE, Subject="退款"))
    return office


def names(office: Office, words: str = "", actor: Actor = ANNA, language: str = "") -> list[str]:
    """What is found."""
    return [
        f"{one.name}:{one.language}" if one.language else one.name
        for one in canned.find(office.desk, actor, words, language)
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("refund-time", ["refund-time:zh", "refund-time:en"]),
        ("退款", ["refund-time:zh"]),
        ("tk", ["refund-time:zh"]),
        ("TKSJ", ["refund-time:zh"]),
        ("到账", ["refund-time:zh"]),
        ("３ days", ["refund-time:en"]),
        ("money 您好", ["refund-time:zh"]),
        ("money days", []),
    ],
)
def test_they_are_found_by_words_and_by_the_letters_of_a_sound(
    office: Office, words: str, found: list[str]
) -> None:
    assert sorted(names(office, words)) == sorted(found)


def test_the_letters_are_those_of_common_characters() -> None:
    assert initials("退款政策、物流查询 (转人工)") == "tkzcwlcxzrg"
    assert initials("abc 鹦鹉") == ""


def test_a_name_goes_before_a_text_and_what_is_used_before_what_is_not(office: Office) -> None:
    canned.save(office.desk, ANNA, "late", "The refund-time is over.")
    assert names(office, "refund-time")[-1] == "late"
    assert names(office, "refund", language="en")[0] == "refund-time:en"
    canned.save(office.desk, ANNA, "b", "x")
    canned.save(office.desk, ANNA, "a", "x")
    assert names(office, "x") == ["a", "b"]
    canned.taken(office.desk, ANNA, "b")
    canned.taken(office.desk, BERT, "a")
    assert names(office, "x") == ["b", "a"]
    assert [(c.used, c.used_by_all) for c in canned.find(office.desk, ANNA, "x")] == [
        (1, 1),
        (0, 1),
    ]


def test_those_of_a_team_are_for_its_agents(office: Office) -> None:
    assert "for-refunds" in names(office)
    assert "for-refunds" not in names(office, actor=BERT)


def test_an_agents_own_are_that_agents_alone_and_go_first(office: Office) -> None:
    canned.save(office.desk, ANNA, "refund-time", "Mine.", language="zh")
    canned.save(office.desk, ANNA, "hello", "Shared.", shared=True)
    assert canned.get(office.desk, ANNA, "refund-time", "zh").text == "Mine."
    assert canned.get(office.desk, BERT, "refund-time", "zh").text.startswith("{{customer")
    assert canned.get(office.desk, BERT, "HELLO").owner == "shared"
    with pytest.raises(UserError, match="everybody's"):
        canned.delete(office.desk, ANNA, "hello")
    canned.delete(office.desk, ANNA, "hello", shared=True)
    canned.delete(office.desk, ANNA, "refund-time")
    assert canned.get(office.desk, ANNA, "refund-time", "zh").owner == "file"
    with pytest.raises(UserError, match="take it out there"):
        canned.delete(office.desk, ANNA, "refund-time")
    with pytest.raises(NotFound, match=r"did you mean refund-time\?"):
        canned.delete(office.desk, ANNA, "refund-tme")


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a", "Dear {{customer.nmae}}", "did you mean customer.name?"),
        ("a", "{{#if customer.name}}x", "is not ended"),
        ("a", " \n", "needs a text"),
        (" ", "x", "needs a name"),
    ],
)
def test_what_cannot_be_filled_in_is_not_kept(
    office: Office, name: str, body: str, said: str
) -> None:
    before = names(office)
    with pytest.raises(UserError) as error:
        canned.save(office.desk, ANNA, name, body)
    assert said in str(error.value)
    assert names(office) == before


def test_one_of_the_configuration_is_changed_there(office: Office) -> None:
    with pytest.raises(UserError, match=r"change it there: .*kfdesk.toml:\d+"):
        canned.save(office.desk, ANNA, "refund-time", "x", shared=True)


def test_a_canned_template_is_checked_and_counts_as_used(opened: OpenOffice) -> None:
    found = check(opened(SHARED).settings)
    assert [one.rule for one in found] == ["ack"]  # the office's own, which no rule uses
    wrong = SHARED.replace("{{agent.title}}", "{{agent.titel}}", 1)
    assert "did you mean agent.title?" in check(opened(wrong).settings)[0].message
    with pytest.raises(ConfigError, match="unknown team"):
        opened(SHARED.replace('["refunds"]', '["refnds"]'))


def test_it_is_filled_in_for_the_ticket_and_signed_by_who_writes(office: Office) -> None:
    assert canned.take(office.desk, BERT, 1, "refund-time") == "Jane，您好：退款 3 天内到账。bert"
    office.sql("UPDATE customer SET language = 'en'")
    assert canned.take(office.desk, ANNA, 1, "refund-time").startswith("Dear Jane,")


# --- from the command line


@pytest.fixture
def run(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Run `kfdesk …` on the desk, as Anna."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: str) -> Done:
        code = cli.run(hoist(["--config", str(office.file), "--as", "anna", *arguments]))
        out, err = capsys.readouterr()
        return Done(code, out, err)

    yield call
    i18n.use("en")


def test_the_commands_keep_find_show_take_and_forget(office: Office, run: Run) -> None:
    kept = run("replies", "save", "thanks", "--body", "Thank you, {{customer.name}}!", "--json")
    assert (kept.code, kept.json["owner"]) == (0, "own")
    assert [one["name"] for one in run("replies", "thank", "--json").lines] == ["thanks"]
    assert "thanks" in run("replies").out
    assert run("replies", "show", "thanks").out == "Thank you, {{customer.name}}!\n"
    assert run("replies", "show", "thanks", "--ticket", "1").out == "Thank you, Jane!\n"
    assert run("reply", "1", "--canned", "thanks").code == 0
    assert office.messages(1)[-1].text == "Thank you, Jane!"
    assert run("replies", "thanks", "--json").lines[0]["used"] == 1
    assert run("replies", "delete", "thanks").code == 0
    wrong = run("replies", "show", "thanks")
    assert (wrong.code, "no canned reply" in wrong.err) == (1, True)


def test_templates_are_listed_and_tried_on_a_ticket(office: Office, run: Run) -> None:
    listed = [one["name"] for one in run("templates", "--json").lines]
    assert listed.count("refund-time") == 2
    assert "csat" in listed
    shown = run("templates", "ack")
    assert "Dear {{customer.name}}" in shown.out
    tried = run("templates", "ack", "--preview", "1", "--json").json
    assert tried["text"] == "Dear Jane, we have your message."
    assert office.outbox() == []
    assert run("templates", "akc").code == 1


def test_names_are_whole_in_a_narrow_terminal_whatever_the_texts_are(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is there to be typed again; a text gets the room that is left."""
    monkeypatch.setenv("COLUMNS", "80")
    run("replies", "save", "long", "--title", "一个很长的标题" * 5, "--body", "您好，" * 30)
    for out in (run("replies").out, run("templates").out):
        assert {"refund-time"} <= set(out.split())
        assert max(map(cell_len, out.splitlines())) <= 80
    assert {"long"} <= set(run("replies", "long").out.split())


# --- in the console


async def test_a_reply_is_chosen_in_the_composer_and_put_where_the_cursor_is(
    office: Office,
) -> None:
    source = DeskSource(office.desk, ANNA)
    async with console(source, (80, 24), office.settings) as (app, pilot):  # type: ignore[arg-type]
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        await pilot.press(*"Hi! ", "ctrl+r")
        await pilot.pause(0.2)
        await pilot.press(*"tksj")
        await pilot.pause(0.2)
        assert "Jane，您好：退款 3 天内到账。Anna" in text(app)
        await pilot.press("enter")
        await settled(pilot)
        composer = app.screen.composer  # type: ignore[attr-defined]
        assert composer.text == "Hi! Jane，您好：退款 3 天内到账。Anna"
    assert canned.get(office.desk, ANNA, "refund-time", "zh").used == 1


async def test_what_was_written_is_kept_under_a_name(office: Office) -> None:
    source = DeskSource(office.desk, ANNA)
    async with console(source, (80, 24), office.settings) as (app, pilot):  # type: ignore[arg-type]
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        await pilot.press(*"Soon.", "f6")
        await pilot.pause(0.2)
        await pilot.press(*"soon", "enter")
        await settled(pilot)
        assert app.focused is not None
        assert app.focused.id == "draft"
    assert canned.get(office.desk, ANNA, "soon").text == "Soon."
