"""What may be wrong with a desk, each finding with its remedy."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from kfdesk.desk import Clock
from kfdesk.errors import KfdeskError
from kfdesk.fetchers import connect
from kfdesk.i18n import _, ngettext
from kfdesk.rules.language.known import Known
from kfdesk.settings import Channel, Secret, Settings
from kfdesk.store import health, migrate
from kfdesk.store.health import DatabaseHealth
from kfdesk.text import fold

#: Less free disk than this is worth a warning, in bytes.
LITTLE_DISK = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `ok`, `warning` or `error`, what was seen, what to do."""

    level: Literal["ok", "warning", "error"]
    subject: str
    detail: str
    remedy: str = ""


def examine(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Look at the configuration, the files, the database, the clock and every channel."""
    yield from configuration(settings)
    yield from _disk(settings)
    if locked := _locked(settings):
        yield locked
    elif settings.database.exists():
        yield from _database(settings, clock)
    else:
        detail = _("not made yet: {file}").format(file=settings.database)
        yield Finding("ok", _("database"), detail, _("the first `kfdesk sync` makes it"))
    for channel in settings.channels:
        yield from try_channel(channel)


def configuration(settings: Settings) -> Iterator[Finding]:
    """Look at the configuration's keys, its secrets, and who can read its files."""
    yield from _configuration(settings)
    yield from _files(settings)


def _configuration(settings: Settings) -> Iterator[Finding]:
    subject = _("configuration")
    for warning in settings.warnings:
        yield Finding("warning", subject, warning, _("remove it, or update kfdesk"))
    plain = sorted(_plain_secrets(settings, ""))
    if plain:
        yield Finding(
            "warning",
            subject,
            _("secrets stand in the file: {keys}").format(keys=", ".join(plain)),
            _('write {env = "NAME"}, command, keyring or file instead'),
        )
    yield Finding("ok", subject, str(settings.file))


def _plain_secrets(value: object, path: str) -> Iterator[str]:
    if isinstance(value, Secret):
        if value.plain:
            yield path
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _plain_secrets(item, f"{path}[{getattr(item, 'name', index)}]")
    elif is_dataclass(value):
        for field in fields(value):
            name = f"{path}.{field.name}" if path else field.name
            yield from _plain_secrets(getattr(value, field.name), name)


def _files(settings: Settings) -> Iterator[Finding]:
    subject = _("file modes")
    open_ = [
        file
        for file in (settings.file, settings.database)
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077
    ]
    for file in open_:
        yield Finding(
            "warning",
            subject,
            _("others on this machine can read {file}").format(file=file),
            f"chmod 600 {file}",
        )
    if not open_:
        yield Finding("ok", subject, _("only the owner can read the configuration and the desk"))


def _locked(settings: Settings) -> Finding | None:
    """What of the desk cannot be written: the file, or the folder it is made in."""
    file = settings.database
    folder = next(path for path in file.parents if path.exists())
    for path in filter(Path.exists, (file, folder)):
        if not os.access(path, os.W_OK):
            text = _("{file} cannot be written: {why}; check the folder and its owner")
            detail = text.format(file=path, why=os.strerror(errno.EACCES))
            return Finding("error", _("database"), detail)
    return None


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = next(p for p in (settings.database.parent, *settings.database.parents) if p.exists())
    free = shutil.disk_usage(folder).free
    size = settings.database.stat().st_size if settings.database.exists() else 0
    detail = _("{free:.1f} GB free, the desk has {size:.1f} GB").format(
        free=free / 1e9, size=size / 1e9
    )
    if free < max(LITTLE_DISK, size):
        remedy = _("free some space: a backup needs as much as the desk has")
        yield Finding("warning", _("disk"), detail, remedy)
    else:
        yield Finding("ok", _("disk"), detail)


def _database(settings: Settings, clock: Clock) -> Iterator[Finding]:
    subject = _("database")
    file = settings.database
    restore = _("restore a backup: kfdesk restore FILE")
    found = health.examine(file)
    if found.revision > migrate.HEAD:
        yield Finding("error", subject, _("written by a newer kfdesk"), _("update kfdesk"))
        return
    if found.damage:
        yield Finding("error", subject, f"{file}: {found.damage}", restore)
        return
    yield Finding("ok", subject, _("whole, schema {revision}").format(revision=found.revision))
    yield from _clock(clock, found.newest, found.swept)
    yield from _outbox(found.outbox)
    yield from _gone(settings, found.held)
    yield from _forgotten(settings, found)
    for account, error in found.failing.items():
        yield Finding("warning", _("channel {name}").format(name=account), error)


def _clock(clock: Clock, newest: datetime | None, swept: datetime | None) -> Iterator[Finding]:
    subject = _("clock")
    now = clock()
    remedy = _("set the clock (timedatectl): deadlines are counted by it")
    if newest is not None and newest > now:
        detail = _(
            "it says {now:%Y-%m-%d %H:%M}, but the journal goes on to {last:%Y-%m-%d %H:%M}"
        ).format(now=now, last=newest)
        yield Finding("error", subject, detail, remedy)
    if swept is not None and swept > now:
        detail = _(
            "it says {now:%Y-%m-%d %H:%M}, but time was gone through up to {last:%Y-%m-%d %H:%M}:"
            " schedules, deadlines and what was put aside wait until then"
        ).format(now=now, last=swept)
        yield Finding("error", subject, detail, remedy)
    elif newest is None or newest <= now:
        yield Finding("ok", subject, f"{now:%Y-%m-%d %H:%M} UTC")


def _outbox(states: Mapping[str, int]) -> Iterator[Finding]:
    remedy = _("decide them: kfdesk outbox")
    if n := states.get("unknown", 0):
        text = ngettext(
            "{n} mail may or may not have left", "{n} mails may or may not have left", n
        )
        yield Finding("warning", _("outbox"), text.format(n=n), remedy)
    if n := states.get("failed", 0):
        text = ngettext("{n} mail could not be sent", "{n} mails could not be sent", n)
        yield Finding("warning", _("outbox"), text.format(n=n), remedy)


def _gone(settings: Settings, held: Mapping[str, int]) -> Iterator[Finding]:
    """Open tickets that nobody works on, since who has them has left the configuration."""
    agents = [agent.name for agent in settings.agents]
    others = f" -assignee:{','.join(agents)}" if agents else ""
    for name, n in held.items():
        if name not in agents:
            text = ngettext(
                "{name} is no agent any more, and has {n} open ticket",
                "{name} is no agent any more, and has {n} open tickets",
                n,
            )
            remedy = _("give them to others: kfdesk list '{query}'").format(
                query=f"is:open is:assigned{others}"
            )
            yield Finding("warning", _("agents"), text.format(name=name, n=n), remedy)


def _forgotten(settings: Settings, found: DatabaseHealth) -> Iterator[Finding]:
    """Statuses and categories that tickets have and the configuration knows no more."""
    own = {status.name for status in settings.statuses}
    for name, n in found.statuses.items():
        if name not in own:
            text = ngettext(
                "{n} ticket has the status “{name}”, which the configuration does not know",
                "{n} tickets have the status “{name}”, which the configuration does not know",
                n,
            )
            remedy = _("write its [[status]] again; until then a ticket stands as its kind says")
            yield Finding("warning", _("statuses"), text.format(n=n, name=name), remedy)
    paths = Known.of(settings).names["category"]
    for path, n in found.categories.items():
        if paths and fold(path) not in paths:
            text = ngettext(
                "{n} ticket is in the category “{path}”, which the configuration does not know",
                "{n} tickets are in the category “{path}”, which the configuration does not know",
                n,
            )
            remedy = _(
                "if it has another name now: kfdesk bulk 'category~\"{path}\"' -- set category=NEW"
            ).format(path=path)
            yield Finding("warning", _("categories"), text.format(n=n, path=path), remedy)


def try_channel(channel: Channel) -> Iterator[Finding]:
    """Try what a channel needs to fetch and to send; nothing is fetched or sent."""
    subject = _("channel {name}").format(name=channel.name)
    try:
        fetcher = connect(channel)
        try:
            for seen in fetcher.check():
                level: Literal["ok", "error"] = "ok" if seen.ok else "error"
                yield Finding(level, subject, seen.detail, seen.remedy)
        finally:
            fetcher.close()
    except KfdeskError as error:
        yield Finding("error", subject, str(error))
