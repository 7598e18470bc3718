"""Rules tried on the past: what came out otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kfdesk import labels
from kfdesk.i18n import _, ngettext, pgettext
from kfdesk.output import line, record
from kfdesk.output.terminal import moment, show
from kfdesk.text import clean_line

if TYPE_CHECKING:
    from kfdesk.desk.replay import Difference, Replay
    from kfdesk.desk.replay.report import Done

#: Of the tickets that came out otherwise, so many are shown.
_DIFFERING = 50


def print_replay(found: Replay, timezone: str, *, one: bool, as_json: bool) -> None:
    """Print what came of trying rules on the past; with `one`, a ticket event by event."""
    if as_json:
        record(found.as_json())
        return
    pace = found.events / found.seconds if found.seconds else 0
    text = _("{since} to {until}: {events} events of {tickets} tickets, {pace} a second")
    line(
        text.format(
            since=moment(found.since, timezone),
            until=moment(found.until, timezone),
            events=found.events,
            tickets=found.tickets,
            pace=round(pace),
        )
    )
    if not one:
        _print_rule_counts(found)
    if not found.differences:
        line(_("no ticket came out otherwise"))
    elif one:
        for difference in found.differences:
            _print_difference(difference, timezone)
    else:
        _print_differences(found)
    for number, alarm in found.loops:
        line(_("loop on ticket {number}: {text}").format(number=number, text=alarm.value))
    for why, count in found.left_out.items():
        line(_("left out, {why}: {n}").format(n=count, why=labels.left_out(why)))


def _print_rule_counts(found: Replay) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1), header_style="bold")
    for title, justify in (
        (_("Rule"), "left"),
        (pgettext("column", "then"), "right"),
        (pgettext("column", "now"), "right"),
    ):
        table.add_column(title, justify=justify, no_wrap=justify == "right")  # type: ignore[arg-type]
    for rule in found.rules:
        now = "–" if rule.replayed is None else str(rule.replayed)
        told = _("never matched") if rule.replayed == 0 else ""
        table.add_row(Text(clean_line(rule.rule)), str(rule.happened), now, told)
    show(table)
    mails = found.totals.get("mail", (0, 0))
    line(_("mails by rules: {then} then, {now} now").format(then=mails[0], now=mails[1]))


def _print_differences(found: Replay) -> None:
    from rich.table import Table
    from rich.text import Text

    line(
        ngettext(
            "{n} ticket came out otherwise:",
            "{n} tickets came out otherwise:",
            len(found.differences),
        ).format(n=len(found.differences))
    )
    table = Table(box=None, padding=(0, 1), header_style="bold", expand=True)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column(_("Subject"), no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(_("Otherwise"), ratio=2)
    for one in found.differences[:_DIFFERING]:
        table.add_row(
            str(one.ticket), Text(clean_line(one.subject)), Text("\n".join(_in_short(one)))
        )
    show(table)
    if (more := len(found.differences) - _DIFFERING) > 0:
        text = ngettext("and {n} more; --json has all", "and {n} more; --json has all", more)
        line(text.format(n=more))


def _in_short(one: Difference) -> list[str]:
    """Where a ticket ended otherwise, and what left or would have left."""
    told = [
        f"{labels.field(name)}: {_value(name, then)} → {_value(name, now)}"
        for name, (then, now) in one.fields.items()
    ]
    lasting = [(sign, done) for sign, several in (("+", one.more), ("-", one.fewer))
               for done in several if done.what != "change"]  # fmt: skip
    told += [f"{sign} {_effect(done)}" for sign, done in lasting]
    return told or [_("it ended the same, by another way: --ticket shows it")]


def _print_difference(one: Difference, timezone: str) -> None:
    line(_("Ticket {number}: {subject}").format(number=one.ticket, subject=one.subject))
    for name, (then, now) in one.fields.items():
        line(f"  {labels.field(name)}: {_value(name, then)} → {_value(name, now)}")
    both = [("-", done) for done in one.fewer] + [("+", done) for done in one.more]
    for sign, done in sorted(both, key=lambda pair: (pair[1].at, pair[1].event)):
        rule = f" ({clean_line(done.rule)})" if done.rule else ""
        line(f"  {sign} {moment(done.at, timezone)}  {_effect(done)}{rule}")


def _effect(done: Done) -> str:
    if done.what == "change":
        return f"{labels.field(done.name)}: {_value(done.name, done.value)}"
    if done.what == "mail":
        return _("mail to {to}: {subject}").format(to=done.name, subject=clean_line(done.value))
    return clean_line(f"{labels.event(done.name or done.what)}: {done.value}")


def _value(name: str, value: Any) -> str:
    return clean_line(labels.value(name, value)) or _("nothing")
