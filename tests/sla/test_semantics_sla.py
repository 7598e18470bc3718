"""Each sentence about SLA, by its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from kfdesk.desk.conversation.reply import note
from kfdesk.desk.sending.outbox import cancel
from kfdesk.desk.syncing.sync import sync
from kfdesk.desk.tickets.listing import find
from kfdesk.desk.tickets.show import show
from kfdesk.desk.timing import striking
from kfdesk.model import Priority, Status
from tests.desk.office import ACKNOWLEDGE, ANNA, raw
from tests.sla.conftest import CALENDAR, POLICY, Watched, at

Make = Callable[..., Watched]
HOUR = timedelta(hours=1)


def test_created_friday_half_past_four_with_an_hour_is_due_monday_half_past_nine(
    office: Make,
) -> None:
    desk = office(now="2026-11-20 16:30")
    ticket = desk.ticket(desk.mail())
    assert ticket.first_response_due == at("2026-11-23 09:30")
    assert ticket.due_at == ticket.first_response_due
    assert ticket.resolve_due == at("2026-11-23 16:30")
    assert ticket.sla == "all"


def test_a_persons_reply_meets_the_first_response(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("10:20")
    desk.reply(number)
    clock = desk.clock(number, "first_response")
    assert clock.met_at == at("10:20")
    assert clock.used == timedelta(minutes=20)
    assert clock.breached_at is None
    assert desk.ticket(number).first_response_due is None


def test_automatic_answers_and_internal_notes_meet_no_target(office: Make) -> None:
    desk = office(CALENDAR + POLICY + ACKNOWLEDGE)
    number = desk.mail()
    desk.at("10:20")
    note(desk.desk, number, "Difficult.", ANNA)
    assert [row.automatic for row in desk.outbox()] == [True]
    assert desk.ticket(number).first_response_due == at("11:00")


def test_next_response_counts_from_the_first_unanswered_customer_message(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("10:20")
    desk.reply(number)
    assert desk.ticket(number).next_response_due is None
    desk.at("11:00")
    desk.again(number)
    desk.at("11:30")
    desk.again(number)
    assert desk.ticket(number).next_response_due == at("13:00")
    desk.at("12:00")
    desk.reply(number)
    desk.at("14:00")
    desk.again(number)
    first, second = desk.clocks(number, "next_response")
    assert (first.met_at, first.used) == (at("12:00"), HOUR)
    assert second.started_at == at("14:00")
    assert desk.ticket(number).next_response_due == at("16:00")


def test_a_ticket_that_only_a_robot_made_owes_no_response(office: Make) -> None:
    desk = office()
    number = desk.mail(raw(Auto_Submitted="auto-generated"))
    assert desk.ticket(number).first_response_due is None
    assert [clock.target for clock in desk.clocks(number)] == ["resolve"]


def test_targets_depend_on_priority(office: Make) -> None:
    policy = """
[[sla]]
name = "by priority"
calendar = "office"
first_response = { urgent = "15m", normal = "2h" }
"""
    desk = office(CALENDAR + policy)
    number = desk.mail()
    assert desk.ticket(number).first_response_due == at("12:00")
    desk.set(number, priority=Priority.URGENT)
    assert desk.ticket(number).first_response_due == at("10:15")
    desk.set(number, priority=Priority.LOW)  # of which nothing is promised
    assert desk.ticket(number).first_response_due is None


TWO = (
    CALENDAR
    + """
[[sla]]
name = "complaints"
when = "subject~complaint"
calendar = "office"
resolve = "2h"

[[sla]]
name = "others"
calendar = "office"
resolve = "4h"

[[sla]]
name = "by hand"
when = "subject~nothing-like-this"
pause_on = ["hold"]
resolve = "20h"
"""
)


def test_the_first_policy_in_the_file_whose_when_holds_applies(office: Make) -> None:
    desk = office(TWO)
    desk.mail(raw(Subject="A complaint"), raw(sender="Bo <bo@customer.example>"))
    assert [ticket.sla for ticket in desk.tickets()] == ["complaints", "others"]
    assert [ticket.resolve_due for ticket in desk.tickets()] == [at("12:00"), at("14:00")]


def test_a_policy_that_was_chosen_wins(office: Make) -> None:
    desk = office(TWO)
    number = desk.mail()
    desk.set(number, sla="by hand")
    assert desk.ticket(number).sla == "by hand"
    assert desk.ticket(number).resolve_due == at("10:00") + 20 * HOUR
    desk.set(number, sla="")
    assert desk.ticket(number).sla == "others"


def test_a_change_of_policy_keeps_pauses_that_were_counted(office: Make) -> None:
    desk = office(TWO)
    number = desk.mail()
    desk.at("11:00")
    desk.status(number, "pending")
    desk.at("12:00")
    desk.status(number, "open")
    desk.at("12:30")
    desk.set(number, sla="by hand")  # which does not pause while pending
    assert desk.clock(number, "resolve").used == 1.5 * HOUR
    assert desk.ticket(number).resolve_due == at("11:00") + 20 * HOUR


def test_a_change_of_priority_keeps_pauses_that_were_counted(office: Make) -> None:
    policy = """
[[sla]]
name = "by priority"
calendar = "office"
resolve = { high = "3h", normal = "4h" }
"""
    desk = office(CALENDAR + policy)
    number = desk.mail()
    desk.at("11:00")
    desk.status(number, "pending")
    desk.at("12:00")
    desk.status(number, "open")
    assert desk.ticket(number).resolve_due == at("15:00")
    desk.set(number, priority=Priority.HIGH)
    assert desk.ticket(number).resolve_due == at("14:00")


def test_a_policy_that_comes_late_counts_pauses_from_the_status_history(office: Make) -> None:
    desk = office(
        CALENDAR + '\n[[sla]]\nname = "vip"\nwhen = "tag:vip"\ncalendar = "office"\nresolve = "8h"'
    )
    number = desk.mail()
    desk.at("11:00")
    desk.status(number, "pending")
    desk.at("13:00")
    desk.status(number, "open")
    desk.at("14:00")
    desk.set(number, add_tags=("vip",))
    assert desk.clock(number, "resolve").used == 2 * HOUR
    assert desk.ticket(number).resolve_due == at("2026-11-24 12:00")


def test_no_policy_any_more_drops_the_clocks(office: Make) -> None:
    desk = office(
        CALENDAR + '\n[[sla]]\nname = "vip"\nwhen = "tag:vip"\ncalendar = "office"\nresolve = "8h"'
    )
    number = desk.mail()
    desk.set(number, add_tags=("vip",))
    desk.at("11:00")
    desk.set(number, remove_tags=("vip",))
    clock = desk.clock(number, "resolve")
    assert (clock.dropped_at, clock.used) == (at("11:00"), HOUR)
    assert (desk.ticket(number).sla, desk.ticket(number).due_at) == ("", None)
    assert desk.strike(at("2026-12-24 12:00")) == 0


def test_statuses_named_in_pause_on_stop_the_clock(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("10:30")
    desk.status(number, "pending")
    assert desk.ticket(number).due_at is None
    assert desk.minutes_left(number, "first_response") == 30
    desk.at("15:00")
    desk.status(number, "open")
    assert desk.ticket(number).first_response_due == at("15:30")
    (pause,) = desk.clock(number, "first_response").pauses
    assert (pause.start, pause.end, pause.status) == (at("10:30"), at("15:00"), "pending")


def test_a_hold_over_night_costs_nothing(office: Make) -> None:
    desk = office(now="16:30")
    number = desk.mail()
    desk.at("18:00")
    desk.status(number, "pending")
    desk.at("2026-11-24 08:00")
    desk.status(number, "open")
    assert desk.ticket(number).first_response_due == at("2026-11-24 09:30")
    assert desk.clock(number, "first_response").used == HOUR / 2


def test_coming_back_from_pending_is_never_an_instant_false_breach(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("10:59")
    desk.status(number, "pending")
    desk.at("2026-11-27 12:00")
    assert desk.strike() == 0
    desk.again(number)
    assert desk.strike() == 0
    assert not desk.ticket(number).breached
    assert [e.kind for e in desk.events(number)][-1] == "sla.warning"
    assert desk.ticket(number).first_response_due == at("2026-11-27 12:01")
    assert desk.minutes_left(number, "first_response") == 1


def test_a_solved_ticket_is_resolved_and_reopening_resumes_the_same_clock(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("12:00")
    desk.reply(number, "solved")
    clock = desk.clock(number, "resolve")
    assert (clock.met_at, clock.used) == (at("12:00"), 2 * HOUR)
    desk.at("15:00")
    desk.status(number, "open")
    assert desk.clock(number, "resolve").met_at is None
    assert desk.ticket(number).resolve_due == at("2026-11-24 13:00")
    desk.at("16:00")
    desk.status(number, "closed")
    assert desk.clock(number, "resolve").used == 3 * HOUR


def test_a_solved_ticket_without_an_answer_owes_none_until_the_customer_writes(
    office: Make,
) -> None:
    desk = office()
    number = desk.mail()
    desk.at("10:30")
    desk.status(number, "solved")
    assert desk.ticket(number).due_at is None
    desk.at("2026-11-24 10:00")
    desk.again(number)
    assert desk.ticket(number).first_response_due == at("2026-11-24 10:30")


def test_a_warning_comes_at_a_share_of_the_time(office: Make) -> None:
    desk = office()
    number = desk.mail()
    assert desk.clock(number, "first_response").warn_at == at("10:48")
    desk.at("10:48")
    assert desk.strike() == 1
    (event,) = [e for e in desk.events(number) if e.kind == "sla.warning"]
    assert event.at == at("10:48")
    assert "first response" in event.text
    assert "all" in event.text
    assert desk.clock(number, "first_response").warned_at == at("10:48")
    assert desk.strike() == 0


def test_a_warning_comes_a_time_before(office: Make) -> None:
    desk = office(CALENDAR + POLICY + 'warn = "30m"\n', now="2026-11-20 16:30")
    number = desk.mail()
    assert desk.clock(number, "first_response").warn_at == at("2026-11-20 17:00")
    assert desk.clock(number, "resolve").warn_at == at("2026-11-23 16:00")


def test_a_breach_is_kept_with_who_held_it_allowed_used_and_over_run(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.set(number, assignee="anna", team="refunds")
    desk.at("11:30")
    desk.strike()
    assert desk.ticket(number).breached
    desk.set(number, assignee="bert")
    desk.at("12:00")
    desk.reply(number)
    clock = desk.clock(number, "first_response")
    assert (clock.breached_at, clock.holder, clock.team) == (at("11:00"), "anna", "refunds")
    assert (clock.allowed, clock.used, clock.over) == (HOUR, 2 * HOUR, HOUR)
    (event,) = [e for e in desk.events(number) if e.kind == "sla.breached"]
    assert (event.at, dict(event.changes)) == (at("11:00"), {"breached": (False, True)})


def test_a_breach_that_no_sync_saw_is_kept_with_its_exact_time_and_holder(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.set(number, assignee="anna")
    desk.at("11:30")
    desk.set(number, assignee="bert")
    clock = desk.clock(number, "first_response")
    assert (clock.breached_at, clock.holder) == (at("11:00"), "anna")
    assert desk.ticket(number).breached
    assert [e.kind for e in desk.events(number)][-1] == "sla.breached"
    assert desk.strike() == 0


def test_a_sync_after_a_long_time_warns_before_it_breaches(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("11:30")
    with desk.desk.store.write() as tx:
        striking.strike(desk.desk, tx, desk.now, 100)
    kinds = [e.kind for e in desk.events(number) if e.kind.startswith("sla.")]
    assert kinds == ["sla.warning", "sla.breached"]
    clock = desk.clock(number, "first_response")
    assert (clock.warned_at, clock.breached_at) == (at("10:48"), at("11:00"))


def test_an_answer_that_came_too_late_is_a_breach_though_no_sync_saw_it(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("12:00")
    desk.reply(number)
    clock = desk.clock(number, "first_response")
    assert (clock.met_at, clock.breached_at) == (at("12:00"), at("11:00"))
    assert (clock.used, clock.over) == (2 * HOUR, HOUR)
    assert [e.kind for e in desk.events(number)].count("sla.breached") == 1
    assert desk.strike() == 0


def test_an_answer_at_the_last_instant_is_in_time(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("11:00")
    desk.reply(number)
    assert desk.clock(number, "first_response").breached_at is None
    assert not desk.ticket(number).breached


def test_a_reply_that_was_taken_back_answers_nothing(office: Make) -> None:
    desk = office(undo_send="10m")
    number = desk.mail()
    desk.at("10:20")
    desk.reply(number)
    desk.at("10:25")
    cancel(desk.desk, desk.outbox()[0].id, ANNA)
    clock = desk.clock(number, "first_response")
    assert (clock.met_at, clock.runs) == (None, True)
    assert desk.ticket(number).first_response_due == at("11:00")
    desk.at("10:40")
    desk.reply(number)
    assert desk.clock(number, "first_response").used == timedelta(minutes=40)


def test_a_later_reply_that_was_taken_back_leaves_the_customer_waiting(office: Make) -> None:
    desk = office(undo_send="10m")
    number = desk.mail()
    desk.reply(number)
    desk.at("11:00")
    desk.again(number)
    desk.at("11:10")
    desk.reply(number)
    desk.at("11:15")
    desk.again(number)
    assert [c.started_at for c in desk.clocks(number, "next_response")] == [
        at("11:00"), at("11:15"),
    ]  # fmt: skip
    cancel(desk.desk, desk.outbox()[-1].id, ANNA)
    first, second = desk.clocks(number, "next_response")
    assert (first.met_at, first.runs) == (None, True)
    assert second.dropped_at == at("11:15")
    assert desk.ticket(number).next_response_due == at("13:00")


def test_mail_that_lay_in_the_mailbox_counts_from_when_it_came(office: Make) -> None:
    from dataclasses import replace

    from kfdesk.desk.incoming.ingest import ingest

    desk = office(now="12:00")
    batch = desk.batch(raw())
    item = replace(batch.items[0], received_at=at("10:00"))
    ingest(desk.desk, desk.channel, replace(batch, items=(item,)))
    clock = desk.clock(1, "first_response")
    assert clock.started_at == at("10:00")
    assert clock.breached_at == at("11:00")
    assert desk.ticket(1).resolve_due == at("2026-11-24 10:00")


def test_two_targets_at_one_instant_reach_the_rules_one_by_one(office: Make) -> None:
    rules = """
[[sla]]
name = "all"
first_response = "1h"
resolve = "1h"

[[trigger]]
name = "First"
when = "event:sla.breached sla.target:first_response"
do = [{ tag = ["unanswered"] }]

[[trigger]]
name = "Second"
when = "event:sla.breached sla.target:resolve"
do = [{ tag = ["unsolved"] }]
"""
    desk = office(rules)
    number = desk.mail()
    desk.at("12:00")
    desk.strike()
    assert desk.ticket(number).tags == ("unanswered", "unsolved")
    changes = [dict(e.changes) for e in desk.events(number) if e.kind == "sla.breached"]
    assert changes == [{"breached": (False, True)}, {}]


def test_what_a_breach_does_is_a_rule(office: Make) -> None:
    rules = """
[[trigger]]
name = "Escalate"
when = "event:sla.warning"
do = [{ set = { priority = "urgent" } }]
"""
    desk = office(CALENDAR + POLICY + rules)
    number = desk.mail()
    desk.at("10:48")
    desk.strike()
    assert desk.ticket(number).priority == "urgent"


def test_a_sync_warns_and_breaches_at_the_exact_instants(office: Make) -> None:
    desk = office()
    number = desk.mail()
    sync(desk.settings, clock=lambda: desk.now)
    desk.at("2026-11-24 08:00")  # a night on which nothing ran
    sync(desk.settings, clock=lambda: desk.now)
    assert [(e.kind, e.at) for e in desk.events(number) if e.kind.startswith("sla.")] == [
        ("sla.warning", at("10:48")),
        ("sla.breached", at("11:00")),
        ("sla.warning", at("16:24")),
    ]
    assert not desk.clock(number, "resolve").breached_at


def test_without_a_policy_nothing_is_kept(office: Make) -> None:
    desk = office("")
    number = desk.mail()
    assert desk.clocks(number) == []
    assert desk.ticket(number).due_at is None
    assert desk.sql("SELECT count(*) FROM sla_clock")[0][0] == 0


def test_setting_clocks_is_no_change_of_the_ticket(office: Make) -> None:
    desk = office()
    number = desk.mail()
    before = desk.ticket(number)
    desk.at("11:30")
    desk.strike()
    after = desk.ticket(number)
    assert (after.version, after.updated_at) == (before.version, before.updated_at)


def test_a_deadline_that_has_passed_is_missed_before_a_sync_says_so(office: Make) -> None:
    desk = office()
    number = desk.mail()
    desk.at("10:59")
    assert desk.find("is:breached") == []
    desk.at("11:00")
    assert desk.find("is:breached") == [number]
    assert desk.find("-is:breached") == []
    assert show(desk.desk, number).ticket.breached
    assert [ticket.breached for ticket in find(desk.desk, "", "")] == [True]
    assert not any(event.kind == "sla.breached" for event in desk.events(number))


def test_a_promise_cut_short_while_it_stands_is_missed_from_then_on(office: Make) -> None:
    """Not at an instant before anybody had shortened it, and not only at the next change."""
    policy = """
[[sla]]
name = "by priority"
calendar = "office"
first_response = { urgent = "1h", normal = "4h" }
"""
    desk = office(CALENDAR + policy)
    number = desk.mail()
    desk.at("11:30")
    desk.set(number, priority=Priority.URGENT, status=Status.PENDING)
    (clock,) = desk.clocks(number)
    assert clock.breached_at == at("11:30")
    desk.at("15:00")
    desk.set(number, add_tags=("late",))
    (clock,) = desk.clocks(number)
    assert clock.breached_at == at("11:30")
