"""Random little pasts of a desk with everything that happens by itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st

from kfdesk.desk.assigning.passing import assign
from kfdesk.desk.assigning.presence import away, back
from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.sending.outbox import cancel
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.opening import new, person
from kfdesk.desk.timing.clockwork import catch_up
from kfdesk.errors import UserError
from kfdesk.mail.token import subject_token
from kfdesk.model import Actor, By, Change, OutboxState, Priority, Status
from tests.desk.office import Office, raw

RULES = """
[calendar.office]
hours = { mon-sun = ["09:00-12:00", "13:00-20:00"] }

[[sla]]
name = "refunds"
when = "tag:refund"
calendar = "office"
first_response = "30m"
next_response = "2h"
resolve = "8h"

[[sla]]
name = "others"
first_response = { urgent = "15m", normal = "3h" }
resolve = "1d"
pause_on = ["pending", "hold"]

[[route]]
name = "refunds"
when = "team:refunds is:unassigned"
strategies = ["last-agent", "least-open"]

[[route]]
name = "in turn"
when = "is:unassigned team:none"
strategies = ["round-robin"]

[[template]]
name = "plain"
text = "{{ticket.number}}: {{ticket.status}}"

[[trigger]]
name = "Acknowledge"
on = ["created"]
when = "by:customer auto:no"
do = [{ reply = "ack" }]

[[trigger]]
name = "Refunds"
when = "message:refund"
do = [{ tag = ["refund"] }, { set = { team = "refunds", priority = "high" } }]

[[trigger]]
name = "Any words"
on = ["created", "message"]
when = "text:urgent -priority:urgent"
do = [{ set = { priority = "urgent" } }, { note = "urgent, from {{customer.email}}" }]

[[trigger]]
name = "What became urgent"
when = "priority.now:urgent"
do = [{ notify = { to = "assignee", text = "look at {{ticket.number}}" } }, { tag = ["hot"] }]

[[trigger]]
name = "Reopened"
when = "status.was:solved status.now:open"
do = [{ untag = ["hot"] }, { tag = ["again"] }, { mail = { to = "assignee", template = "plain" } }]

[[trigger]]
name = "Late"
when = "event:sla.breached"
do = [{ tag = ["late"] }, { webhook = { url = "https://hooks.example/late" } }]

[[trigger]]
name = "Put aside"
when = "tag.now:later"
do = [{ snooze = "90m" }, { collaborator = "boss@shop.example" }]

[[trigger]]
name = "Awake"
when = "event:woke"
do = [{ untag = ["later"] }, { note = "awake" }]

[[trigger]]
name = "Solved"
when = "status.now:solved"
do = [{ csat = "plain" }]

[[schedule]]
name = "Close"
every = "hour"
when = "status:solved idle>3h"
do = [{ set = { status = "closed" } }]

[[schedule]]
name = "Remind"
every = "15m"
when = "status:pending idle>1h"
repeat_after = "2h"
do = [{ note = "still pending" }]
"""

#: (what, ticket, choice): what an agent, a customer or time does.
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *("mail", "answer", "robot", "batch", "reply", "note", "status", "field"),
                *("pass", "later", "phone", "cancel", "away", "wait", "wait", "night"),
            )
        ),
        st.integers(1, 6),
        st.integers(0, 5),
    ),
    min_size=3,
    max_size=14,
)

TEXTS = ("Hello.", "A refund, please.", "This is urgent!", "refund it, urgent", "Thanks.", "Well?")
AGENTS = (Actor(By.AGENT, "anna"), Actor(By.AGENT, "bert"))


def live(office: Office, acts: list[tuple[str, int, int]]) -> None:
    """Let all that happen at a desk."""
    catch_up(office.desk)
    for act in acts:
        _do(office, *act)
        office.later(seconds=7, milliseconds=act[1])
        catch_up(office.desk)  # a sync comes before the next act of a person


def _do(office: Office, what: str, ticket: int, choice: int) -> None:
    desk, agent = office.desk, AGENTS[choice % 2]
    match what:
        case "mail":
            office.receive(_mail(choice, ticket))
        case "batch":
            office.receive(_mail(choice, 1), _mail(choice + 1, 2), _mail(choice, 3))
        case "phone":
            wanted = Change(add_tags=("phone",), priority=list(Priority)[choice % 4])
            new(desk, person("eve@y.example"), "Call", TEXTS[choice], wanted)
        case "wait":
            office.later(minutes=13 * ticket)
        case "night":
            office.later(hours=ticket)
        case "away":
            _away(office, agent, choice)
        case "cancel":
            _cancel(office, choice)
    numbers = [one.number for one in office.tickets()]
    if numbers:
        _to(office, what, numbers[ticket % len(numbers)], choice, agent)


def _to(office: Office, what: str, number: int, choice: int, agent: Actor) -> None:
    desk = office.desk
    match what:
        case "answer":
            office.receive(_answer(office, number, choice))
        case "robot":
            office.receive(_answer(office, number, choice, Auto_Submitted="auto-replied"))
        case "reply":
            after = (None, Status.PENDING, Status.SOLVED)[choice % 3]
            reply(desk, number, "We look.", agent, status=after)
        case "note":
            note(desk, number, "Hm.", agent)
        case "status":
            change(desk, number, Change(status=list(Status)[choice]), agent)
        case "field":
            tags = ("refund",) if choice > 3 else ()
            wanted = Change(priority=list(Priority)[choice % 4], remove_tags=tags)
            change(desk, number, wanted, agent)
        case "pass":
            who = ("anna", "bert", "refunds", "none")[choice % 4]
            assign(desk, number, who, agent, note="Please." if choice > 2 else "")
        case "later":
            change(desk, number, Change(add_tags=("later",)), agent)


def _mail(choice: int, sender: int) -> bytes:
    return raw(
        f"{TEXTS[choice % 6]}\r\n", f"C <c{sender % 3}@customer.example>", Subject=f"About {choice}"
    )


def _answer(office: Office, number: int, choice: int, **headers: str) -> bytes:
    ticket = office.ticket(number)
    subject = f"Re: [{subject_token('KF', number)}] {ticket.subject}"
    return raw(f"{TEXTS[choice]}\r\n", f"<{ticket.customer.email}>", Subject=subject, **headers)


def _away(office: Office, agent: Actor, choice: int) -> None:
    try:
        back(office.desk, agent)
    except UserError:
        away(office.desk, agent, until="2h" if choice > 2 else "")


def _cancel(office: Office, choice: int) -> None:
    waiting = [row for row in office.outbox() if row.state is OutboxState.QUEUED]
    if waiting:
        cancel(office.desk, waiting[choice % len(waiting)].id, AGENTS[0])


def open_office(folder: Path, rules: str = RULES) -> Office:
    """A desk where replies can be taken back."""
    office = Office(folder, rules, undo_send="1h")
    office.now += timedelta(milliseconds=3)
    return office
