"""What is loaded, told: each rule with when it acts, what it does, and how often it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import PurePath
from typing import Any

from kfdesk import labels
from kfdesk.desk.why.loaded import LATELY, Loaded
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.desk.why.words import span
from kfdesk.errors import Place
from kfdesk.i18n import _, ngettext, pgettext
from kfdesk.text import clean_line

_NEXT = " · "


def rulebook(paper: Paper, found: Sequence[Loaded]) -> Iterator[Line]:
    """Everything in its order, kind by kind."""
    one_file = len({one.place.file for one in found}) == 1
    for kind in dict.fromkeys(one.kind for one in found):
        yield from paper.heading(title(kind))
        for number, one in enumerate((one for one in found if one.kind == kind), 1):
            yield from _one(paper, number, one, _where(one.place, one_file))


def title(kind: str) -> str:
    """What a kind of rules is called, and how one of them is chosen."""
    return {
        "trigger": _("Triggers, in order"),
        "bot": _("Bots: the first that fits answers"),
        "schedule": _("Schedules"),
        "sla": _("SLA policies: the first that fits counts"),
        "route": _("Routes: the first that fits decides"),
        "macro": _("Macros: what agents do with one key"),
    }[kind]


def _where(place: Place, one_file: bool) -> str:
    if not place.line:
        return ""
    if one_file:
        return _("  line {n}").format(n=place.line)
    return f"  {PurePath(place.file).name}:{place.line}"


def _one(paper: Paper, number: int, one: Loaded, where: str) -> Iterator[Line]:
    often, style = ("", "faint") if one.kind == "macro" else _often(paper, one)
    yield from paper.text(
        (f"{number:>3} ", "faint"),
        (clean_line(one.name), "strong"),
        ("  " + often, style),
        (where, "faint"),
        hang=4,
    )
    yield from told(paper, one)


def told(paper: Paper, one: Loaded) -> Iterator[Line]:
    """When it acts, what it does, and what else decides that."""
    when = clean_line(one.when) or _("always")
    for label, text in (
        (pgettext("a rule", "when"), when),
        (pgettext("a rule", "then"), _does(one)),
        ("", _also(paper, one)),
    ):
        if text:
            yield from paper.text(
                (f"{label}  " if label else "", "muted"), (text, "text" if label else "faint"),
                indent=4, hang=2,
            )  # fmt: skip


def _often(paper: Paper, one: Loaded) -> tuple[str, str]:
    days = LATELY.days
    if not one.fired or one.last is None:
        return _("never in {days} days").format(days=days), "warning"
    text = ngettext(
        "once in {days} days, at {time}", "{n} times in {days} days, last at {time}", one.fired
    )
    time = paper.words.moment(one.last)
    return text.format(n=one.fired, days=days, time=time), "success"


def _does(one: Loaded) -> str:
    if one.kind == "sla":
        return _NEXT.join(_promise(each) for each in one.does)
    if one.kind == "route":
        way = one.does[0]
        strategies = " → ".join(way["strategies"])
        return f"{strategies}  ({way['team']})" if "team" in way else strategies
    return deeds(one.does)


def deeds(does: Sequence[Mapping[str, Any]]) -> str:
    """Actions as a person would note them down."""
    return _NEXT.join(
        text for action in does for name, value in action.items() for text in _did(name, value)
    )


def _did(name: str, value: Any) -> Iterator[str]:
    """One action as a person would note it down."""
    match name, value:
        case "tag", list():
            yield from (f"+{tag}" for tag in value)
        case "untag", list():
            yield from (f"-{tag}" for tag in value)
        case _, Mapping():
            yield f"{name} " + _(", ").join(clean_line(str(part)) for part in value.values())
        case _, list():
            yield f"{name} " + _(", ").join(map(str, value))
        case (
            (
                "reply"
                | "article"
                | "note"
                | "csat"
                | "snooze"
                | "collaborator"
                | "follow"
                | "assign"
            ),
            _,
        ):
            yield f"{name} {clean_line(str(value))}"
        case "progress", _:
            yield _("the customer is told the progress")
        case "hand over", _:
            yield _("handed to a person")
        case _:
            yield f"{name}={clean_line(str(value))}"


def _promise(each: Mapping[str, Mapping[str, int]]) -> str:
    """A promise: one time, or one for each priority."""
    ((target, times),) = each.items()
    told = {name: span(timedelta(seconds=seconds)) for name, seconds in times.items()}
    if len(set(told.values())) == 1:
        return f"{labels.target(target)} {next(iter(told.values()))}"
    by = _(", ").join(f"{labels.value('priority', name)} {time}" for name, time in told.items())
    return f"{labels.target(target)} {by}"


def _every(text: str) -> str:
    """How often a schedule looks: `hour`, `15m`, `day 09:00`, `mon 09:00`."""
    if text == "hour":
        return _("every hour")
    day, _blank, time = text.partition(" ")
    if not time:
        units = {"m": _("{n}m"), "h": _("{n}h")}
        return _("every {time}").format(time=units[text[-1]].format(n=text[:-1]))
    if day == "day":
        return _("every day at {time}").format(time=time)
    return _("every {day} at {time}").format(day=labels.weekday(day), time=time)


def _also(paper: Paper, one: Loaded) -> str:
    """What else decides when it acts."""
    more, told = one.more, []
    if one.next_at is not None:
        told.append(
            _("{every}, next at {time}").format(
                every=_every(more["every"]), time=paper.words.moment(one.next_at)
            )
        )
    if "repeat_after" in more:
        again = span(timedelta(seconds=more["repeat_after"]))
        told.append(_("again after {time}").format(time=again))
    if one.kind == "trigger" and sorted(more["on"]) != ["created", "updated"]:
        kinds = _(", ").join(map(labels.happening, more["on"]))
        told.append(_("only for: {kinds}").format(kinds=kinds))
    if more.get("always"):
        told.append(_("looks at every update"))
    if more.get("group"):
        told.append(_("group “{group}”: the first that fires").format(group=more["group"]))
    if more.get("times"):
        n = more["times"]
        told.append(ngettext("once a ticket", "{n} times a ticket", n).format(n=n))
    if more.get("stop"):
        told.append(_("then no later rule"))
    if more.get("calendar"):
        told.append(_("working time of “{calendar}”").format(calendar=more["calendar"]))
    if more.get("teams"):
        told.append(_("for the agents of {teams}").format(teams=_(", ").join(more["teams"])))
    if more.get("pause_on"):
        statuses = _(", ").join(labels.value("status", name) for name in more["pause_on"])
        told.append(_("paused while: {statuses}").format(statuses=statuses))
    return _NEXT.join(told)
