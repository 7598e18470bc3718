"""What a rule of the configuration becomes; and that every mistake in it is said with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kfdesk.config import load as read_config
from kfdesk.errors import ConfigError, ConfigErrors, Place
from kfdesk.model import Change, Status
from kfdesk.rules.actions import (
    Action,
    Assign,
    Collaborator,
    Link,
    Mail,
    Notify,
    Reply,
    Snooze,
    Survey,
    Webhook,
)
from kfdesk.rules.reading.load import load
from kfdesk.settings import (
    Bot,
    Calendar,
    CustomField,
    Group,
    Kb,
    Route,
    Schedule,
    Settings,
    Sla,
    Source,
    Template,
    View,
)
from tests.rules.shop import rule, settings

DAY = {"normal": timedelta(days=1)}


def configured(folder: Path, *triggers: Any, **keys: Any) -> Settings:
    """The shop with a policy, a route, a calendar and a knowledge base."""
    (folder / "kb" / "faq").mkdir(parents=True, exist_ok=True)
    (folder / "kb" / "faq" / "returns.md").write_text("---\ntitle: Returns\n---\n30 days.\n")
    given: dict[str, Any] = {
        "policies": (Sla("gold", "tag:gold", resolve=DAY),),
        "routes": (Route("refunds"),),
        "calendars": {"office": Calendar()},
        "kb": Kb(folder / "kb"),
    }
    return settings(folder, *triggers, **(given | keys))


@pytest.mark.parametrize(
    ("written", "action"),
    [
        ({"set": {"sla": "gold"}}, Change(sla="gold")),
        ({"sla": "gold"}, Change(sla="gold")),
        ({"sla": "none"}, Change(sla="")),
        ({"assign": "agent:none"}, Change(assignee="")),
        ({"assign": "李伟"}, Change(assignee="li.wei")),
        ({"assign": "大客户"}, Change(team="key accounts")),
        ({"assign": "least-open"}, Assign(strategies=("least-open",))),
        (
            {"assign": ["last-agent", "round-robin"]},
            Assign(strategies=("last-agent", "round-robin")),
        ),
        ({"assign": "route:refunds"}, Assign(route="refunds")),
        ({"reply": "ack"}, Reply("ack")),
        ({"reply": {"article": "faq/returns"}}, Reply("", "faq/returns")),
        ({"mail": {"to": "customer", "template": "ack"}}, Mail("customer", "ack")),
        ({"mail": {"to": "agent:李伟", "template": "ack"}}, Mail("agent:li.wei", "ack")),
        ({"mail": {"to": "team:大客户", "template": "ack"}}, Mail("team:key accounts", "ack")),
        ({"mail": {"to": "boss@x.example", "template": "ack"}}, Mail("boss@x.example", "ack")),
        (
            {"notify": {"to": "agent:wang.fang", "text": "{{ticket.number}}"}},
            Notify("agent:wang.fang", "{{ticket.number}}"),
        ),
        ({"notify": {"to": "team", "text": "x"}}, Notify("team", "x")),
        ({"webhook": {"url": "https://x.example/h"}}, Webhook("https://x.example/h")),
        (
            {"webhook": {"url": "http://127.0.0.1:8080/", "text": "hi"}},
            Webhook("http://127.0.0.1:8080/", "hi"),
        ),
        ({"webhook": {"url": "http://[::1]/"}}, Webhook("http://[::1]/")),
        ({"csat": "ack"}, Survey("ack")),
        ({"collaborator": "boss@x.example"}, Collaborator("boss@x.example")),
        ({"collaborator": "agent:li.wei"}, Collaborator("agent:li.wei")),
        ({"snooze": "3d"}, Snooze("3d")),
        ({"snooze": "mon 09:00"}, Snooze("mon 09:00")),
        ({"link": {"ticket": 12}}, Link(12, "related")),
        ({"link": {"ticket": 12, "kind": "duplicate"}}, Link(12, "duplicate")),
    ],
)
def test_every_action_is_typed(tmp_path: Path, written: Any, action: Action) -> None:
    (read,) = load(configured(tmp_path, rule("r", "", written))).rules
    assert read.do == (action,)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"sla": "silver"}, "do[0].sla: unknown SLA policy “silver”; there are: gold"),
        ({"set": {"sla": "godl"}}, "do[0].set.sla: unknown SLA policy “godl”; did you mean gold?"),
        ({"assign": "route:refnds"}, "do[0].assign: unknown route “refnds”; did you mean refunds?"),
        ({"assign": "least-opne"}, "nobody is called “least-opne”; did you mean least-open?"),
        ({"assign": ["least-opne"]}, "did you mean least-open?"),
        ({"assign": "source"}, "write a [[route]]"),
        ({"assign": 3}, "expected a text"),
        ({"reply": {"artcle": "x"}}, "do[0].reply.artcle: unknown key “artcle”; did you mean"),
        ({"reply": {"article": "faq/retruns"}}, "did you mean faq/returns?"),
        ({"reply": {"article": "../desk"}}, "do[0].reply.article: “../desk” is no article"),
        ({"reply": {"article": "/etc/passwd"}}, "is no article"),
        ({"mail": "ack"}, 'expected a table, like { to = "assignee", template = "…" }'),
        ({"mail": {"to": "customer"}}, "do[0].mail: the key “template” is missing"),
        ({"mail": {"to": "custmer", "template": "ack"}}, "do[0].mail.to: expected one of customer"),
        ({"mail": {"to": "agent:wang.fang", "template": "ack"}}, "wang.fang has no address"),
        ({"mail": {"to": "agent:li.wie", "template": "ack"}}, "did you mean li.wei?"),
        ({"mail": {"to": "customer", "template": "akc"}}, "did you mean ack?"),
        ({"notify": {"to": "customer", "text": "x"}}, "do[0].notify.to: expected one of assignee"),
        ({"notify": {"to": "team:refund", "text": "x"}}, "did you mean refunds?"),
        (
            {"notify": {"to": "team", "text": "{{ticket.no}}"}},
            "do[0].notify.text: unknown variable",
        ),
        ({"webhook": {"url": "http://x.example/"}}, "write https://"),
        ({"webhook": {"url": "https://u:p@x.example/"}}, "no user name or password"),
        ({"webhook": {"url": "ftp://x.example/"}}, "expected an address such as https://"),
        ({"webhook": {"url": "https:///x"}}, "expected an address such as https://"),
        ({"webhook": {"url": "https://x.example:99999/"}}, "no address of the web"),
        ({"webhook": {"url": "https://x.example/\nHost: y"}}, "expected an address"),
        ({"webhook": {"url": "http://127.0.0.1.x.example/"}}, "write https://"),
        ({"csat": "nps"}, "do[0].csat: unknown template “nps”"),
        ({"collaborator": "boss"}, "expected one of agent:NAME"),
        ({"collaborator": "agent:wang.fang"}, "has no address"),
        ({"snooze": "3 days"}, "expected a time such as"),
        ({"snooze": "mon 25:00"}, "expected a time such as"),
        ({"snooze": "0d"}, "expected a time such as"),
        ({"link": {"ticket": 0}}, "do[0].link.ticket: expected the number of a ticket"),
        ({"link": {"ticket": 1, "kind": "twin"}}, "unknown kind of link “twin”"),
        ({"stop": "yes"}, "expected true or false"),
        ({"tag": []}, "expected a list of tags"),
        ({"set": {"field": {"amount": "3"}}}, "expected a number"),
        ({"set": {"field": {"bought": "soon"}}}, "expected a date"),
        ({"set": {"field": {"part": "lenz"}}}, "did you mean lens?"),
    ],
)
def test_a_wrong_action_names_its_key_and_the_remedy(
    tmp_path: Path, written: Any, said: str
) -> None:
    with pytest.raises(ConfigError) as error:
        load(configured(tmp_path, rule("r", "", written)))
    assert said in str(error.value)


def test_a_schedule_takes_the_same_actions_but_stops_nothing(tmp_path: Path) -> None:
    def scheduled(*do: Mapping[str, Any]) -> Settings:
        line = Schedule(
            "s", "hour", "status:solved idle>3d", do, timedelta(hours=24), Place("x", 1, "s")
        )
        return configured(tmp_path, schedules=(line,))

    (read,) = load(scheduled({"set": {"status": "closed"}}, {"tag": "old"})).schedules
    assert read.do == (Change(status=Status.CLOSED, add_tags=("old",)),)
    assert (read.kind, read.repeat_after) == ("schedule", timedelta(hours=24))
    assert read.every is not None
    assert read.every.text == "hour"
    with pytest.raises(ConfigError, match="stops nothing"):
        load(scheduled({"tag": "old"}, {"stop": True}))


WRONG = "tag:gold\n or statsu:open"
BY_SOURCE = Source(WRONG, "li.wei")
HERE = Place("desk.toml", 4, "it")


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ({"triggers": (rule("r", WRONG, place=HERE),)}, "it.when"),
        ({"schedules": (Schedule("r", "hour", WRONG, ({"tag": "x"},), place=HERE),)}, "it.when"),
        ({"bots": (Bot("r", WRONG, "ack", place=HERE),)}, "it.when"),
        ({"policies": (Sla("r", WRONG, resolve=DAY, place=HERE),)}, "it.when"),
        ({"routes": (Route("r", WRONG, place=HERE),)}, "it.when"),
        (
            {"routes": (Route("r", "", ("source",), source=(BY_SOURCE,), place=HERE),)},
            "it.source[0].when",
        ),
        ({"groups": (Group("KA"), Group("VIP", when=WRONG, place=HERE))}, "it.when"),
        ({"views": (View("r", query=WRONG, place=HERE),)}, "it.query"),
    ],
)  # fmt: skip
def test_a_wrong_query_says_file_and_line_and_column_wherever_it_stands(
    tmp_path: Path, keys: dict[str, Any], place: str
) -> None:
    with pytest.raises(ConfigError) as error:
        load(replace(configured(tmp_path), **keys))
    assert str(error.value).startswith(f"desk.toml:4: {place}: unknown field “statsu”")
    assert str(error.value).endswith(" or statsu:open\n    ^")


@pytest.mark.parametrize(
    "when",
    ["event:created", "by:customer", "changed:status", "status.was:open", "sla.target:resolve"],
)
def test_only_triggers_and_bots_ask_about_events(tmp_path: Path, when: str) -> None:
    do = ({"tag": "x"},)
    load(configured(tmp_path, rule("r", when), bots=(Bot("b", when, "ack"),)))
    for keys in (
        {"schedules": (Schedule("r", "hour", when, do),)},
        {"policies": (Sla("r", when, resolve=DAY),)},
        {"routes": (Route("r", when),)},
        {"groups": (Group("KA", when=when), Group("VIP"))},
        {"views": (View("r", query=when),)},
    ):
        with pytest.raises(ConfigError, match="only a trigger or a bot can ask for it"):
            load(configured(tmp_path, **keys))


def test_me_is_nobody_in_all_that_runs_by_itself(tmp_path: Path) -> None:
    when, do = "assignee:me", ({"tag": "x"},)
    load(configured(tmp_path, views=(View("mine", query=when),)))
    for keys in (
        {"schedules": (Schedule("r", "hour", when, do),)},
        {"bots": (Bot("r", when, "ack"),)},
        {"policies": (Sla("r", when, resolve=DAY),)},
        {"routes": (Route("r", when),)},
        {"groups": (Group("KA", when=when), Group("VIP"))},
    ):
        with pytest.raises(ConfigError, match="no “me”"):
            load(configured(tmp_path, **keys))


def test_a_schedule_asks_about_messages_and_all_that_a_ticket_is(tmp_path: Path) -> None:
    when = "message:refund auto:no sla:gold -worktime:office csat<3 link:none is:snoozed due<1h"
    load(configured(tmp_path, schedules=(Schedule("s", "15m", when, ({"tag": "x"},)),)))


def test_all_mistakes_of_a_rule_are_said_at_once(tmp_path: Path) -> None:
    """A wrong condition hides no wrong action, and one wrong action no other."""
    bad = rule("r", "statsu:x", {"tga": "x"}, {"reply": "akc"}, {"mail": {"to": "x"}})
    with pytest.raises(ConfigErrors) as error:
        load(configured(tmp_path, bad))
    assert len(error.value.errors) == 4


def test_mistakes_in_a_file_have_their_own_lines(tmp_path: Path) -> None:
    file = tmp_path / "kfdesk.toml"
    file.write_text(
        """\
[[template]]
name = "ack"
text = "hi {{customer.nmae}}"

[[trigger]]
name = "r"
when = \"\"\"
  status:open
  priority>hihg\"\"\"
do = [
  { reply = "ack" },
  { mail = { to = "boss", template = "ack" } },
]
"""
    )
    with pytest.raises(ConfigErrors) as error:
        load(read_config(file))
    lines = [(one.place.line, one.message.split("\n")[0]) for one in error.value.errors]
    assert [line for line, _said in lines] == [7, 3, 12]
    assert "did you mean high?" in lines[0][1]
    assert error.value.errors[0].message.endswith("  priority>hihg\n           ^")
    assert "did you mean customer.name?" in lines[1][1]


def test_a_wrong_template_is_an_error_where_it_is_used(tmp_path: Path) -> None:
    wrong = Template("ack", "{{ticket.no}}", "x", place=Place("desk.toml", 9, "template “ack”"))
    with pytest.raises(ConfigError, match=r"desk.toml:9: .*subject: unknown variable"):
        load(configured(tmp_path, rule("r", "", {"csat": "ack"}), templates=(wrong,)))


def test_a_field_that_must_look_some_way_is_set_only_to_what_does(tmp_path: Path) -> None:
    fields = (CustomField("order_no", type="regex", pattern="^[A-Z]\\d+$"),)
    load(configured(tmp_path, rule("r", "", {"set": {"field": {"order_no": "A1"}}}), fields=fields))
    with pytest.raises(ConfigError, match="expected a text that fits"):
        load(
            configured(
                tmp_path, rule("r", "", {"set": {"field": {"order_no": "1"}}}), fields=fields
            )
        )
