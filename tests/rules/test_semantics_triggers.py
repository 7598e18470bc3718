"""Each sentence about events and triggers of the exact semantics, by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kfdesk.desk.conversation import notes
from kfdesk.desk.reacting.roots import Root, one_each
from kfdesk.desk.reacting.triggers import MAX_PASSES
from kfdesk.errors import ConfigError, ConfigErrors, Place
from kfdesk.model import Status
from kfdesk.rules.reading.load import load
from kfdesk.store import messages, tickets
from tests.rules.shop import AGENT, CUSTOMER, HOUR, NOW, Shop, rule, settings


def fired(shop: Shop, number: int) -> list[str]:
    """The rules that fired at the last event, in order."""
    names = [one.name for one in shop.desk.rules.rules]
    return [
        names[step[0]]
        for steps in shop.steps(number)
        for step in steps
        if isinstance(step[1], dict)
    ]


# --- events


def test_all_writes_of_one_transaction_on_one_ticket_are_one_event_created_wins() -> None:
    """First old value, last new value, newest message, and created beside updated is created."""
    one = Root(1, "updated", AGENT, 3, {"status": ("new", "open"), "team": ("", "a")}, 10)
    two = Root(1, "created", CUSTOMER, 5, {"status": ("open", "solved"), "team": ("a", "")}, 11)
    other = Root(2, "updated", AGENT, None, {"team": ("", "b")}, 12)
    (merged, alone) = one_each([one, two, other])
    assert merged == Root(1, "created", AGENT, 5, {"status": ("new", "solved")}, 10)
    assert alone == other


def test_one_save_that_changes_three_fields_is_one_event_and_at_most_one_mail_per_rule(
    shop: Shop,
) -> None:
    shop.rules(rule("answer", "changed:status changed:team changed:priority", {"reply": "ack"}))
    number = shop.ticket("x", "hello")
    root = shop.root(
        number, "updated", AGENT,
        status=("new", "open"), team=("", "refunds"), priority=("low", "high"),
    )  # fmt: skip
    shop.run(root, root)
    assert shop.outbox() == 1


def test_a_new_message_is_an_update(shop: Shop) -> None:
    shop.rules(rule("updated", "event:updated message:again", on=("updated",)))
    number = shop.ticket("x", "hello")
    shop.run(shop.root(number, "updated", CUSTOMER, shop.say(number, "once again")))
    assert shop.tags(number) == {"updated"}


@pytest.mark.parametrize("columns", [{"deleted_at": NOW}, {"merged_into": 1}])
def test_merged_and_deleted_tickets_raise_no_event(shop: Shop, columns: dict[str, Any]) -> None:
    shop.rules(rule("all"))
    first = shop.ticket()
    number = shop.ticket(**columns)
    shop.run(shop.root(first), shop.root(number))
    assert shop.tags(first) == {"all"}
    with shop.desk.store.read() as tx:
        assert tickets.states(tx, [number])[number].tags == ()


# --- order and passes


def test_order_is_the_order_in_the_file_never_by_name(shop: Shop) -> None:
    shop.rules(*(rule(name, "", {"set": {"subject": name}}) for name in ("z", "a", "m")))
    number = shop.ticket()
    shop.created(number)
    assert fired(shop, number) == ["z", "a", "m"]
    assert shop.state(number).subject == "m"


def test_stop_ends_the_pass_for_that_ticket(shop: Shop) -> None:
    shop.rules(
        rule("first", "subject:stop", stop=True),
        rule("second", ""),
    )
    here, there = shop.ticket("stop here"), shop.ticket("go on")
    shop.run(shop.root(here), shop.root(there))
    assert shop.tags(here) == {"first"}
    assert shop.tags(there) == {"second"}


def test_a_rule_sees_the_ticket_as_earlier_rules_left_it(shop: Shop) -> None:
    shop.rules(
        rule("raise", "", {"set": {"priority": "urgent"}}, on=("created",)),
        rule("seen", "priority:urgent", on=("created",)),
        rule("never", "priority:normal", on=("created",)),
    )
    number = shop.ticket()
    shop.created(number)
    assert fired(shop, number) == ["raise", "seen"]


def test_another_pass_sees_only_what_the_rules_changed(shop: Shop) -> None:
    """The second pass is an update by a rule, without a new message, of the changed field alone."""
    shop.rules(
        rule("status", "changed:status not changed:team by:rule event:updated -event:message"),
        rule("team", "changed:team -changed:status by:rule", {"tag": ["bad"]}),
        rule("start", "status:new", {"set": {"status": "open"}}, on=("created",)),
    )
    number = shop.ticket()
    shop.created(number)
    assert shop.tags(number) == {"status"}
    assert fired(shop, number) == ["start", "status"]


def test_a_later_pass_still_reads_the_newest_message(shop: Shop) -> None:
    shop.rules(
        rule("refund", "changed:status message:refund"),
        rule("start", "", {"set": {"status": "open"}}, on=("created",)),
    )
    number = shop.ticket()
    shop.created(number, shop.say(number, "I want a refund"))
    assert shop.tags(number) == {"refund"}


def test_what_came_back_to_where_it_was_is_no_change(shop: Shop) -> None:
    shop.rules(
        rule("away", "event:created", {"set": {"status": "open"}}),
        rule("back", "event:created", {"set": {"status": "new"}}),
        rule("seen", "by:rule changed:status"),
    )
    number = shop.ticket()
    shop.created(number)
    assert len(shop.steps(number)) == 1
    assert shop.tags(number) == set()


def test_a_rule_fires_at_most_once_per_ticket_per_root_event(shop: Shop) -> None:
    """Two rules that undo each other end; the next event may set them off again."""
    shop.rules(
        rule("open", "status:pending", {"set": {"status": "open"}}),
        rule("pend", "status:open", {"set": {"status": "pending"}}),
    )
    number = shop.ticket(status="open")
    shop.created(number)
    assert sorted(fired(shop, number)) == ["open", "pend"]
    shop.run(shop.root(number, "updated", AGENT, None, status=("new", "open")))
    assert sorted(fired(shop, number)) == ["open", "pend"]


def test_at_most_ten_passes_then_keep_stop_and_write_an_alarm_that_shows_the_chain(
    shop: Shop,
) -> None:
    """In the file's reverse order each rule needs a pass of its own."""
    n = MAX_PASSES + 5
    chain = [rule(f"r{i}", f"tag:t{i - 1}", {"tag": [f"t{i}"]}) for i in range(n, 0, -1)]
    shop.rules(*chain)
    number = shop.ticket(tags=["t0"])
    shop.created(number)
    assert shop.tags(number) == {f"t{i}" for i in range(MAX_PASSES + 1)}
    (alarm,) = [event for event in shop.events(number) if event.kind == "alarm"]
    assert " → ".join(f"r{i}" for i in range(1, MAX_PASSES + 1)) in alarm.text


# --- selective


def test_a_rule_is_looked_at_only_when_a_field_that_it_names_changed(shop: Shop) -> None:
    shop.rules(rule("urgent", "priority:urgent"))
    number = shop.ticket(priority=4)
    shop.run(shop.root(number, "updated", AGENT, None, team=("", "refunds")))
    assert shop.steps(number) == []
    shop.run(shop.root(number, "updated", AGENT, None, priority=("low", "urgent")))
    assert shop.tags(number) == {"urgent"}


def test_a_rule_is_looked_at_when_a_message_came_and_it_has_a_message_condition(
    shop: Shop,
) -> None:
    shop.rules(rule("plain", "status:new"), rule("refund", "status:new message:退款"))
    number = shop.ticket()
    shop.run(shop.root(number, "updated", CUSTOMER, shop.say(number, "我要退款")))
    assert fired(shop, number) == ["refund"]


def test_always_looks_at_every_update(shop: Shop) -> None:
    shop.rules(rule("always", "priority:urgent", always=True))
    number = shop.ticket(priority=4)
    shop.run(shop.root(number, "updated", AGENT, None, team=("", "refunds")))
    assert shop.tags(number) == {"always"}


def test_on_creation_every_field_counts_as_changed(shop: Shop) -> None:
    shop.rules(
        rule("changed", "changed:priority changed:team changed:field.order_no"),
        rule("named", "category:none"),
    )
    number = shop.ticket()
    shop.created(number)
    assert shop.tags(number) == {"changed", "named"}


@pytest.mark.parametrize(
    ("on", "kind", "message", "looked"),
    [
        ((), "created", False, True),
        ((), "updated", True, True),
        (("created",), "updated", True, False),
        (("updated",), "created", True, False),
        (("message",), "created", True, True),
        (("message",), "updated", True, True),
        (("message",), "updated", False, False),
    ],
)
def test_on_names_the_events_of_a_rule(
    shop: Shop, on: Any, kind: str, message: bool, looked: bool
) -> None:
    """None named means created and updated."""
    shop.rules(rule("it", "status:new -message:nothing", on=on))
    number = shop.ticket()
    said = shop.say(number, "hello") if message else None
    shop.run(shop.root(number, kind, CUSTOMER, said))
    assert shop.tags(number) == ({"it"} if looked else set())


# --- conditions


@pytest.mark.parametrize(
    ("when", "fires"),
    [
        ("changed:status", True),
        ("not changed:status", False),
        ("changed:team", False),
        ("not changed:team status.now:open", True),
        ("status.was:new", True),
        ("status.was:open", False),
        ("not status.was:open", True),
        ("status.now:open,pending", True),
        ("status.now!=open", False),
        ("status.was!=open", True),
        ("team.was:none status:open", False),
        ("priority.was<high priority.now>=high", True),
        ("priority.now<high", False),
        ("tag.now:vip -tag.was:vip", True),
        ("tag.was:none", False),
        ("tag.was:old", True),
        ("field.order_no.was:none field.order_no.now:A1*", True),
        ('subject.now~"/^re/i"', True),
        ("field.amount.now>10", True),
        ("category.now:售后/*", True),
    ],
)
def test_change_conditions_and_their_negations(shop: Shop, when: str, fires: bool) -> None:
    shop.rules(rule("it", when))
    number = shop.ticket(
        "Refund", status="open", priority=3, category="售后/退款",
        fields={"order_no": "A12", "amount": 12},
    )  # fmt: skip
    shop.run(
        shop.root(
            number, "updated", AGENT, None,
            status=("new", "open"), priority=("normal", "high"), tags=(["old"], ["vip"]),
            field__order_no=(None, "A12"), subject=("", "Refund"), field__amount=(None, 12),
            category=("", "售后/退款"),
        )
    )  # fmt: skip
    assert shop.tags(number) == ({"it"} if fires else set())


def test_a_new_ticket_was_nothing_and_is_now_what_it_is(shop: Shop) -> None:
    shop.rules(
        rule("now", "priority.now:normal status.was:none"),
        rule("was", "status.was:new"),
    )
    number = shop.ticket()
    shop.created(number)
    assert shop.tags(number) == {"now"}


def test_empty_is_a_value(shop: Shop) -> None:
    shop.rules(
        rule("a", "-tag:x"), rule("b", "-subject~x"), rule("c", "-team:refunds"),
        rule("d", "-field.order_no:A1"), rule("e", "-customer.group:KA"), rule("f", "-org:x"),
        rule("g", "-message:x"), rule("h", "auto:no"), rule("i", "assignee!=li.wei"),
        rule("j", "-field.amount>3"), rule("k", "-waiting>1h"), rule("l", "-due<1h"),
    )  # fmt: skip
    number = shop.ticket("", waiting_since=None)
    shop.created(number)
    assert shop.tags(number) == set("abcdefghijkl")


def test_text_compares_nfkc_normalised_and_case_folded(shop: Shop) -> None:
    shop.rules(
        rule("half", "subject:straße"), rule("wide", "subject:ｓtrasse"), rule("tag", "tag:vip"),
        rule("regex", 'subject~"/STR.*1/i"'), rule("exact", 'subject="STRASSE 1"'),
        rule("field", "field.order_no:ａ1"),
    )  # fmt: skip
    number = shop.ticket("Ｓtraße １", tags=["ＶＩＰ"], fields={"order_no": "A1"})
    shop.created(number)
    assert {"half", "wide", "tag", "exact", "field"} <= shop.tags(number)


def test_a_pattern_that_does_not_compile_is_an_error_when_the_file_is_loaded(
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigError, match="compiles"):
        load(settings(tmp_path, rule("bad", 'subject~"/(/"')))


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        (rule("r", "assignee:li.wie"), "did you mean li.wei?"),
        (rule("r", "team:refund"), "did you mean refunds?"),
        (rule("r", "category:售前"), "unknown category “售前”"),
        (rule("r", "statsu:open"), "did you mean status?"),
        (rule("r", "field.orderno:1"), "did you mean field.order_no?"),
        (rule("r", "customer.group:AK"), "KA"),
        (rule("r", "", {"assign": "agent:li.wie"}), "did you mean li.wei?"),
        (rule("r", "", {"assign": "team:refund"}), "did you mean refunds?"),
        (rule("r", "", {"reply": "ak"}), "did you mean ack?"),
        (rule("r", "", {"set": {"categry": "投诉"}}), "did you mean category?"),
        (rule("r", "", {"set": {"category": "投诉/快递"}}), "投诉/物流"),
        (rule("r", "", {"set": {"field": {"order": "1"}}}), "did you mean field.order_no?"),
        (rule("r", "", {"set": {"status": "opne"}}), "did you mean open?"),
        (rule("r", "", {"tagg": ["x"]}), "did you mean tag?"),
        (rule("r", "", {"note": "{{customer.nmae}}"}), "did you mean customer.name?"),
    ],
)
def test_a_rule_that_names_what_does_not_exist_is_an_error_at_load(
    tmp_path: Path, trigger: Any, said: str
) -> None:
    with pytest.raises(ConfigError) as error:
        load(settings(tmp_path, trigger))
    assert said in str(error.value)


def test_every_mistake_of_a_rule_is_said_with_its_line_and_key(tmp_path: Path) -> None:
    place = Place("desk.toml", 7, "trigger “r”", {"do[0].set.status": 9, "do[1]": 10})
    bad = rule(
        "r", "", {"set": {"status": "opne", "field": {"order": 1}}}, {"tga": "x"}, place=place
    )
    with pytest.raises(ConfigErrors) as error:
        load(settings(tmp_path, bad))
    assert [str(one).split(": unknown")[0] for one in error.value.errors] == [
        "desk.toml:9: trigger “r”.do[0].set.status",
        "desk.toml:7: trigger “r”.do[0].set.field.order",
        "desk.toml:10: trigger “r”.do[1]",
    ]


# --- actions


def test_actions_run_as_one_and_the_trace_says_what_failed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ticket whose note fails keeps nothing of the rule; the other one has all of it."""
    bad, good = shop.ticket("bad"), shop.ticket("good")
    write = notes.write_notes

    def write_notes(tx: Any, states: Any, *rest: Any, **more: Any) -> Any:
        if bad in states:
            raise RuntimeError("no ink")
        return write(tx, states, *rest, **more)

    monkeypatch.setattr("kfdesk.desk.reacting.effects.write_notes", write_notes)
    shop.rules(
        rule("all", "", {"set": {"status": "open"}}, {"tag": ["x"]}, {"note": "hm"}),
        rule("after", ""),
    )
    shop.run(shop.root(bad), shop.root(good))
    assert shop.state(bad).status is Status.NEW
    assert shop.tags(bad) == {"after"}
    assert [e.kind for e in shop.events(bad) if e.message_id] == []
    assert "no ink" in str(shop.steps(bad))
    assert shop.state(good).status is Status.OPEN
    assert shop.tags(good) == {"x", "after"}


def test_actions_set_tag_assign_reply_and_note(shop: Shop) -> None:
    shop.rules(
        rule(
            "all", "by:customer",
            {"set": {"status": "open", "priority": "high", "category": "投诉/物流",
                     "subject": "S", "field": {"order_no": "A1", "amount": 2, "gift": True}}},
            {"tag": ["a", "b"]}, {"untag": ["old"]}, {"assign": "李伟"},
            {"assign": "team:key accounts"}, {"reply": "ack"},
            {"note": "seen: {{ticket.number}} {{customer.name}}"},
        )
    )  # fmt: skip
    number = shop.ticket("Hello", tags=["old"])
    shop.created(number, shop.say(number, "hello"))
    state = shop.state(number)
    assert (state.status, state.priority.value, state.category) == ("open", "high", "投诉/物流")
    assert (state.subject, state.assignee, state.team) == ("S", "li.wei", "key accounts")
    assert dict(state.fields) == {"order_no": "A1", "amount": 2, "gift": True}
    assert state.tags == ("a", "b")
    assert shop.outbox() == 1
    with shop.desk.store.read() as tx:
        assert messages.of_ticket(tx, number)[-1].text == f"seen: {number} Ann"


def test_an_effect_that_leaves_the_desk_happens_once_for_an_event(shop: Shop) -> None:
    """A second run over the same event, as after a crash, queues no second mail."""
    shop.rules(rule("ack", "by:customer", {"reply": "ack"}))
    number = shop.ticket()
    root = shop.root(number, "created", CUSTOMER, shop.say(number, "hello"))
    shop.run(root)
    shop.run(root)
    assert shop.outbox() == 1


def test_a_robots_message_gets_no_automatic_answer_and_the_trace_says_why(shop: Shop) -> None:
    shop.rules(rule("ack", "by:customer", {"reply": "ack"}))
    number = shop.ticket()
    shop.created(number, shop.say(number, "Out of office", auto="Auto-Submitted"))
    assert shop.outbox() == 0
    assert "Auto-Submitted" in shop.steps(number)[0][0][1]["held"]


def test_idle_and_age_and_waiting_are_asked_relative_to_now(shop: Shop) -> None:
    shop.rules(
        rule("age", "age>2h", always=True),
        rule("idle", "idle>2h", always=True),
        rule("waiting", "waiting>30m", always=True),
    )
    number = shop.ticket(
        created_at=NOW - 3 * HOUR, last_person_at=NOW - HOUR, waiting_since=NOW - HOUR
    )
    shop.run(shop.root(number, "updated", AGENT, None, team=("", "refunds")))
    assert shop.tags(number) == {"age", "waiting"}


def test_words_ask_for_the_whole_ticket_and_message_for_the_new_one(shop: Shop) -> None:
    """Also when the word was said long before the event."""
    shop.rules(rule("words", "refund"), rule("new", "message:refund"), rule("denied", "-refund"))
    old, other = shop.ticket("x", "a refund please"), shop.ticket("x", "nothing")
    for n in range(3):
        shop.ticket("between", f"refund {n}")
    shop.run(
        shop.root(old, "updated", CUSTOMER, shop.say(old, "hello?")),
        shop.root(other, "updated", CUSTOMER, shop.say(other, "hello?")),
    )
    assert shop.tags(old) == {"words"}
    assert shop.tags(other) == {"denied"}


def test_stop_is_an_action_too_and_nobody_and_no_team_can_be_assigned(shop: Shop) -> None:
    shop.rules(
        rule("free", "", {"assign": "none"}, {"assign": "team:none"}, {"stop": True}),
        rule("after", ""),
    )
    number = shop.ticket(assignee="li.wei", team="refunds")
    shop.created(number)
    state = shop.state(number)
    assert (state.assignee, state.team, state.tags) == ("", "", ())


def test_of_two_changes_side_by_side_the_later_counts(shop: Shop) -> None:
    shop.rules(
        rule(
            "both", "", {"set": {"status": "open"}}, {"tag": ["a", "b"]}, {"untag": ["a"]},
            {"set": {"status": "pending"}},
        )
    )  # fmt: skip
    number = shop.ticket()
    shop.created(number)
    assert shop.state(number).status is Status.PENDING
    assert shop.tags(number) == {"b"}
    assert len([e for e in shop.events(number) if e.rule]) == 1


def test_an_answer_is_rendered_where_it_stands_among_the_actions(shop: Shop) -> None:
    """A note before a change shows the old value, one after it the new one, as customers say it."""
    text = "{{ticket.status}}"
    shop.rules(rule("it", "", {"note": text}, {"set": {"status": "open"}}, {"note": text}))
    number = shop.ticket()
    shop.created(number)
    with shop.desk.store.read() as tx:
        assert [m.text for m in messages.of_ticket(tx, number)] == ["received", "in progress"]


def test_an_event_that_no_rule_looks_at_leaves_no_trace(shop: Shop) -> None:
    shop.rules(rule("it", "priority:urgent"))
    number = shop.ticket()
    shop.run(shop.root(number, "updated", AGENT, None, team=("", "refunds")))
    assert shop.steps(number) == []


def test_message_asks_for_what_was_written_and_not_for_what_is_quoted(shop: Shop) -> None:
    """Words alone find the quoted history too."""
    shop.rules(
        rule("words", "refund"),
        rule("message", "message:refund"),
        rule("pattern", 'message~"/refund/"'),
        rule("written", 'message:thanks message~"/^.*thanks$/s"'),
    )
    number = shop.ticket()
    shop.created(number, shop.say(number, "thanks", quoted="> a refund please"))
    assert shop.tags(number) == {"words", "written"}
