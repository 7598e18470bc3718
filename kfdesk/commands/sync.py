"""The command that takes in, runs what is due and sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from kfdesk.commands import complain
from kfdesk.commands.given import Globals

app = typer.Typer()


@app.command()
def sync(
    context: typer.Context,
    channels: Annotated[list[str] | None, typer.Argument(metavar="[CHANNEL]…")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and take in as it comes.")] = False,
    events: Annotated[bool, typer.Option("--events", help="Progress as JSON lines.")] = False,
    audit: Annotated[bool, typer.Option("--audit", help="Prove that nothing is missing.")] = False,
) -> None:
    """Pull what came in, run what is due, send what waits."""
    given: Globals = context.obj
    if audit:
        from kfdesk.desk.syncing.audit import audit as prove
        from kfdesk.output.sync import print_audits

        with given.desk() as (desk, _actor):
            results = prove(desk, channels or [])
        print_audits(results, as_json=given.json)
        failed = any(result.error for result in results)
        raise typer.Exit(3 if failed else 0 if all(r.proved for r in results) else 1)
    if watch:
        _watch(given, channels or [], events=events)
        return
    raise typer.Exit(sync_once(given, channels or [], events=events))


def sync_once(given: Globals, channels: list[str], *, events: bool = False) -> int:
    """Sync, say what it came to, and return the exit code."""
    from kfdesk import output
    from kfdesk.desk.syncing.sync import sync as run_sync
    from kfdesk.output.sync import print_synced

    settings = given.settings()
    clock = given.clock(settings)
    if events:
        result = run_sync(settings, channels, clock, output.record)
    else:
        result = run_sync(settings, channels, clock)
        print_synced(result, as_json=given.json)
    for channel in result.channels:
        if channel.error:
            complain(f"{channel.channel}: {channel.error}")
    if result.error:
        complain(result.error)
    return result.exit_code


def _watch(given: Globals, channels: list[str], *, events: bool) -> None:
    import signal
    import threading

    from kfdesk import output
    from kfdesk.desk.syncing.watch import watch
    from kfdesk.output.sync import watching

    settings = given.settings()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _number, _frame: stop.set())
    report = output.record if events or given.json else watching()
    # Whoever reads the events may write a channel's name to have it synced at once.
    watch(settings, channels, stop, given.clock(settings), report, _asked() if events else ())


def _asked() -> Iterator[str]:
    """The lines of standard input; unbuffered, so that the process may end while one is awaited."""
    with open(0, "rb", buffering=0, closefd=False) as stream:
        for line in stream:
            yield line.decode("utf-8", "replace").strip()
