"""The head of a letter as somebody writes it: to whom, by which channel, signed how, with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from kfdesk.desk.sending.accounts import able_channels, sending_channel
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.mail import address
from kfdesk.model import Address
from kfdesk.rules.names import hint
from kfdesk.settings import Channel, Settings
from kfdesk.text import clean_line

#: Whose signature may stand below a letter.
SIGNATURES = ("channel", "agent", "none")


@dataclass(frozen=True, slots=True)
class Head:
    """As it is typed: it is kept with a draft, right or wrong, and read when the letter is sent.

    What is empty is as the ticket has it: its customer, its subject, its channel.
    """

    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    account: str = ""
    signature: str = ""
    files: tuple[str, ...] = ()  # paths; `attachment:31` is one that the desk has
    message: int = 0  # that is forwarded

    def as_json(self) -> dict[str, Any]:
        """What is kept of it: only what was written."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Head:
        """What was kept."""
        names = {field.name for field in fields(cls)}
        known = {name: value for name, value in kept.items() if name in names}
        return cls(**known | {"files": tuple(known.get("files", ()))})


@dataclass(frozen=True, slots=True)
class Readers:
    """Everybody who gets a letter, each once: who stands in Bcc is named in no header."""

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()

    @classmethod
    def of(cls, settings: Settings, head: Head) -> Readers:
        """Read the lines of a head. UserError names the line and what is wrong in it."""
        to = recipients(settings, head.to, "To")
        cc = _without(recipients(settings, head.cc, "Cc"), to)
        return cls(to, cc, _without(recipients(settings, head.bcc, "Bcc"), (*to, *cc)))


def recipients(settings: Settings, line: str, where: str) -> tuple[Address, ...]:
    """Read a line of addresses, `Name <addr>`, and names of agents. UserError for what is none."""
    found: dict[str, Address] = {}
    for one in address.typed(line):
        person = _agent(settings, one) if not one.email else one
        if not address.is_deliverable(person.email):
            raise UserError(
                _("{line}: “{text}” is no address; write name@example.com or an agent").format(
                    line=where, text=one
                )
            )
        if person.email in settings.own_addresses():
            raise UserError(
                _("{line}: {email} is our own address").format(line=where, email=person.email)
            )
        found.setdefault(person.email, person)
    return tuple(found.values())


def _agent(settings: Settings, named: Address) -> Address:
    """The agent who is called so; as it was written where there is none, or one without address."""
    name = named.name.removeprefix("@")
    agent = next((a for a in settings.agents if name in (a.name, a.title)), None)
    if agent is None or not agent.email:
        return named
    return Address(agent.title or agent.name, agent.email.lower())


def _without(people: Sequence[Address], others: Sequence[Address]) -> tuple[Address, ...]:
    known = {one.email for one in others}
    return tuple(one for one in people if one.email not in known)


def account_of(settings: Settings, head: Head, own: str) -> Channel:
    """Return the channel that sends: the one that is named, else that of the ticket's `own`.

    UserError where it is none, or cannot send.
    """
    if not head.account:
        return sending_channel(settings, own)
    able = {channel.name: channel for channel in able_channels(settings)}
    if head.account not in able:
        raise UserError(
            _("no channel “{name}” can send{hint}").format(
                name=clean_line(head.account), hint=hint(head.account, able)
            )
        )
    return able[head.account]


def signature_of(settings: Settings, head: Head, channel: Channel, agent: str) -> str:
    """Return what stands below a letter. UserError for a choice that there is not."""
    chosen = head.signature or channel.signs
    if chosen not in SIGNATURES:
        raise UserError(
            _("no signature is called “{name}”; there are {known}").format(
                name=clean_line(chosen), known=", ".join(SIGNATURES)
            )
        )
    if chosen == "agent":
        return next((a.signature for a in settings.agents if a.name == agent), "")
    return channel.signature if chosen == "channel" else ""
