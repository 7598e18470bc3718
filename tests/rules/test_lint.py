"""What `kfdesk rules check` finds, and that the documentation is what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfdesk.rules.language.document import markdown
from kfdesk.rules.lint import check
from kfdesk.rules.template import render
from kfdesk.settings import Group, Settings, Template, Trigger, View
from tests.rules.shop import rule, settings

QUERY_MD = Path(__file__).parents[2] / "docs" / "query.md"


def found(*triggers: Trigger, **keys: object) -> list[tuple[str, str, str]]:
    """(severity, rule, message) of each finding but for what is not used."""
    shop: Settings = settings(Path("/nowhere"), *triggers, **keys)
    return [(f.severity, f.rule, f.message) for f in check(shop) if "uses this" not in f.message]


def test_a_sound_configuration_has_no_finding() -> None:
    rules = (
        rule("ack", "by:customer auto:no", {"reply": "ack"}, on=("created",)),
        rule("vip", "customer.group:VIP", {"set": {"priority": "urgent"}}, stop=True),
        rule("solved", "changed:status status:solved", {"reply": "ack"}),
    )
    assert found(*rules, views=(View("mine", query="is:mine sort:due"),)) == []


def test_every_error_is_found_and_not_only_the_first() -> None:
    messages = found(
        rule("one", "statsu:open"),
        rule("two", "", {"reply": "nothing"}, {"tag": []}),
        views=(View("v", query="team:nobody"),),
        groups=(Group("KA", when="customer.mail:x"),),
        templates=(Template("t", "{{ticket.nummer}}", "{{customer.nmae}}"),),
    )
    assert [severity for severity, _rule, _message in messages] == ["error"] * 7
    text = "\n".join(message for _severity, _rule, message in messages)
    for name in ("statsu", "nothing", "list of tags", "nobody", "customer.mail", "nummer", "nmae"):
        assert name in text


@pytest.mark.parametrize(
    ("triggers", "severity", "name", "said"),
    [
        ([rule("r", "", {"reply": "ack"})], "warning", "r", "writes to customers"),
        ([rule("r", "status:new", {"reply": "ack"})], "warning", "r", "writes to customers"),
        ([rule("s", "", stop=True, on=("created",)), rule("r", "tag:x", on=("created",))],
         "warning", "r", "not reached"),
        ([rule("r", "age>1d", on=("updated",))], "warning", "r", "never looked at"),
        ([rule("r", "status:open status:closed")], "error", "r", "never be true"),
        ([rule("a", "status:open", {"set": {"status": "pending"}}),
          rule("r", "status:pending", {"set": {"status": "open"}})], "warning", "r", "undoes"),
    ],
)  # fmt: skip
def test_what_was_probably_not_meant_is_found(
    triggers: list[Trigger], severity: str, name: str, said: str
) -> None:
    (finding,) = found(*triggers)
    assert finding[:2] == (severity, name)
    assert said in finding[2]


def test_a_rule_that_does_nothing_is_an_error() -> None:
    ((severity, _rule, message),) = found(Trigger("r", when="status:open"))
    assert severity == "error"
    assert "does nothing" in message


def test_a_value_in_a_template_is_plain_text_and_not_read_again() -> None:
    values = {"customer.name": "{{ticket.number}} {evil} %s", "ticket.number": "7"}
    text = "Dear {{ customer.name }}, {{ticket.number}} {{nothing}} {single} {{un\nclosed}}"
    assert render(text, values) == ("Dear {{ticket.number}} {evil} %s, 7  {single} {{un\nclosed}}")


def test_docs_query_md_is_what_the_table_of_fields_says() -> None:
    """Else run `make docs`."""
    assert QUERY_MD.read_text(encoding="utf-8") == markdown()
