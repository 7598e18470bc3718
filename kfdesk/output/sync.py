"""What a sync came to, and what it proved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kfdesk.i18n import _
from kfdesk.output import line, record

if TYPE_CHECKING:
    from kfdesk.desk.syncing.audit import Audit
    from kfdesk.desk.syncing.result import SyncResult


def print_synced(result: SyncResult, *, as_json: bool) -> None:
    """Print what a sync came to."""
    if as_json:
        record(result.as_json())
        return
    for channel in result.channels:
        if channel.skipped:
            line(_("{channel}: another sync is at it").format(channel=channel.channel))
            continue
        line(
            _("{channel}: messages {messages}, new tickets {tickets}, sent {sent}").format(
                channel=channel.channel,
                messages=channel.messages + channel.quarantined,
                tickets=channel.new_tickets,
                sent=channel.sent,
            )
        )
    if result.schedules.due:
        line(
            _("schedules: due {due}, tickets acted on {fired}").format(
                due=result.schedules.due, fired=result.schedules.fired
            )
        )


def watching() -> Callable[[Mapping[str, Any]], None]:
    """Print what `sync --watch` tells a person: what came, what left, and once what is wrong."""
    errors: dict[str, str] = {}

    def watched(event: Mapping[str, Any]) -> None:
        if event["event"] == "fired":
            line(
                _("{rule}: tickets acted on {tickets}").format(
                    rule=event["rule"], tickets=event["tickets"]
                )
            )
            return
        if event["event"] == "config":
            line(event["error"] or _("the changed configuration is in force"))
            return
        channel, error = event.get("channel") or event["event"], event.get("error") or ""
        if error and error != errors.get(channel):
            line(f"{channel}: {error}")
        errors[channel] = error
        if event.get("messages") or event.get("sent") or event.get("quarantined"):
            line(
                _("{channel}: messages {messages}, new tickets {tickets}, sent {sent}").format(
                    channel=channel,
                    messages=event["messages"] + event["quarantined"],
                    tickets=event["new_tickets"],
                    sent=event["sent"],
                )
            )

    return watched


def print_audits(results: Iterable[Audit], *, as_json: bool) -> None:
    """Print the proof of each channel."""
    for result in results:
        if as_json:
            record(result.as_json())
        elif result.error:
            line(f"{result.channel}: {result.error}")
        else:
            line(
                _(
                    "{channel}: {server} on the server = {stored} stored"
                    " + {quarantined} quarantined + {deleted} deleted, {missing} missing"
                ).format(
                    channel=result.channel,
                    server=result.server,
                    stored=result.stored,
                    quarantined=result.quarantined,
                    deleted=result.deleted,
                    missing=len(result.missing),
                )
            )
            for place in result.missing[:20]:
                line("  " + _("missing: {place}; the next sync reads it again").format(place=place))
