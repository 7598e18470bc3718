"""What `kfdesk init` asks, and the configuration that it writes from the answers."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from kfdesk import config, i18n
from kfdesk.errors import ConfigError, UserError
from kfdesk.i18n import _
from kfdesk.paths import private_file, private_folder
from kfdesk.text import clean_line

PASSWORD_VARIABLE = "KFDESK_MAIL_PASSWORD"  # noqa: S105 - a name, not a password


@dataclass(frozen=True, slots=True)
class Answers:
    """What a first configuration must know. Without an address it has no channel yet."""

    name: str = "kfdesk"
    timezone: str = "UTC"
    language: str = "en"
    agent: str = "admin"
    address: str = ""
    imap_host: str = ""
    smtp_host: str = ""
    user: str = ""
    keyring: bool = False  # the password lies in the system's keyring, not in a variable
    colleagues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: the key of `Answers`, the words, and what is likely given what was said."""

    key: str
    text: str
    default: Callable[[Mapping[str, str]], str]
    only_with_address: bool = False


def questions() -> tuple[Question, ...]:
    """What to ask, in order, in the language in use."""
    return (
        Question("name", _("Name of the desk, as customers see it"), lambda _said: "kfdesk"),
        Question("timezone", _("Time zone"), lambda _said: local_timezone()),
        Question("language", _("Language (zh or en)"), lambda _said: i18n.preferred()[:2]),
        Question("agent", _("Your name, as colleagues and rules call you"), lambda _said: _login()),
        Question("address", _("Support address (empty: later)"), lambda _said: ""),
        Question("imap_host", _("IMAP server"), lambda said: _guess(said).imap, True),
        Question("smtp_host", _("SMTP server"), lambda said: _guess(said).smtp, True),
        Question("user", _("Login name of the mailbox"), lambda said: said["address"], True),
    )


def answer(ask: Callable[[Question, str], str], given: Mapping[str, str] | None = None) -> Answers:
    """Collect the answers: what is `given` stands, `ask(question, default)` gives the others."""
    said: dict[str, Any] = {}
    for question in questions():
        if question.only_with_address and not said["address"]:
            continue
        value = (given or {}).get(question.key)
        said[question.key] = ask(question, question.default(said)) if value is None else value
    return Answers(**said)


@dataclass(frozen=True, slots=True)
class Servers:
    """Where a provider's mail is fetched and sent, and what its password is."""

    imap: str
    smtp: str
    smtp_tls: str = "tls"
    code: bool = False  # the password is a code from the settings of the web mail


#: What the domain of an address says of the servers, where they are not imap.DOMAIN and smtp.DOMAIN
#: or want a code instead of the password.
_PROVIDERS: dict[str, Servers] = {
    domain: servers
    for domains, servers in {
        "qq.com vip.qq.com foxmail.com": Servers("imap.qq.com", "smtp.qq.com", code=True),
        "exmail.qq.com": Servers("imap.exmail.qq.com", "smtp.exmail.qq.com", code=True),
        "163.com": Servers("imap.163.com", "smtp.163.com", code=True),
        "vip.163.com": Servers("imap.vip.163.com", "smtp.vip.163.com", code=True),
        "126.com": Servers("imap.126.com", "smtp.126.com", code=True),
        "yeah.net": Servers("imap.yeah.net", "smtp.yeah.net", code=True),
        "sina.com": Servers("imap.sina.com", "smtp.sina.com", code=True),
        "139.com": Servers("imap.139.com", "smtp.139.com", code=True),
        "aliyun.com": Servers("imap.aliyun.com", "smtp.aliyun.com"),
        "qiye.aliyun.com": Servers("imap.qiye.aliyun.com", "smtp.qiye.aliyun.com"),
        "gmail.com googlemail.com": Servers("imap.gmail.com", "smtp.gmail.com", code=True),
        "outlook.com hotmail.com live.com msn.com": Servers(
            "outlook.office365.com", "smtp-mail.outlook.com", "starttls"
        ),
        "icloud.com me.com mac.com": Servers(
            "imap.mail.me.com", "smtp.mail.me.com", "starttls", code=True
        ),
        "yahoo.com": Servers("imap.mail.yahoo.com", "smtp.mail.yahoo.com", code=True),
        "fastmail.com fastmail.fm": Servers("imap.fastmail.com", "smtp.fastmail.com", code=True),
    }.items()
    for domain in domains.split()
}


def guess_servers(address: str) -> Servers:
    """Return the likely servers of an address: the provider's, else imap.DOMAIN and smtp.DOMAIN."""
    domain = address.rpartition("@")[2].strip().casefold()
    return _PROVIDERS.get(domain) or Servers(f"imap.{domain}", f"smtp.{domain}")


def _guess(said: Mapping[str, str]) -> Servers:
    return guess_servers(said["address"])


def local_timezone() -> str:
    """The time zone of this machine by name, or UTC where it has none."""
    link = Path("/etc/localtime")
    candidates = [os.environ.get("TZ", "").removeprefix(":")]
    if link.is_symlink():
        candidates.append(str(link.resolve()).rpartition("zoneinfo/")[2])
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    for name in filter(None, candidates):
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue  # a rule such as CST-8, or a file: not a name that others would know
    return "UTC"


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "admin"


def init(path: Path, answers: Answers) -> Path:
    """Write a commented first configuration, for its owner alone, that loads.

    UserError where a file is there already, or an answer cannot stand in a configuration.
    """
    text = _write(_cleaned(answers))
    try:
        private_folder(path.parent)
        private_file(path, new=True)
        path.write_text(text, encoding="utf-8")
    except FileExistsError:
        raise UserError(
            _("{file} is there already; it was left as it is").format(file=path)
        ) from None
    except OSError as error:
        raise UserError(
            _("{file} cannot be written: {reason}").format(file=path, reason=error.strerror)
        ) from error
    try:
        config.load(path)
    except ConfigError as error:
        path.unlink()
        raise UserError(_("this cannot be: {reason}").format(reason=error)) from error
    return path


def _cleaned(answers: Answers) -> Answers:
    given = {field.name: getattr(answers, field.name) for field in fields(Answers)}
    clean: dict[str, Any] = {
        name: clean_line(value) for name, value in given.items() if isinstance(value, str)
    }
    names = dict.fromkeys(filter(None, map(clean_line, answers.colleagues)))
    colleagues = tuple(name for name in names if name != clean["agent"])
    return replace(answers, **clean, colleagues=colleagues)


def keyring_entry(user: str) -> str:
    """Where the keyring keeps the password of a mailbox: `service/user`."""
    return f"kfdesk/{clean_line(user)}"


def _write(answers: Answers) -> str:
    acknowledgement = _("Hello {customer}, we have your message (number {number}).").format(
        customer="{{customer.name}}", number="{{ticket.number}}"
    )
    parts = [
        "# " + _("The configuration of kfdesk. All sections and keys: config.example.toml"),
        "# " + _("Try a change with: kfdesk doctor"),
        "",
        "[desk]",
        f"name = {_quoted(answers.name)}",
        f"timezone = {_quoted(answers.timezone)}",
        f"language = {_quoted(answers.language)}",
        "#csat = true  # " + _("ask customers how satisfied they are, once their ticket is solved"),
        "#progress = true  # "
        + _("tell who mails “status” and a ticket's number how far it has come"),
        "",
        "[store]",
        'url = "sqlite:///desk.db"  # ' + _("beside this file"),
        "",
        "[[agent]]",
        f"name = {_quoted(answers.agent)}",
        'role = "admin"',
        f"os_user = {_quoted(_login())}  # " + _("who you are without --as"),
        "",
        *(line for name in answers.colleagues for line in _colleague(name)),
        *(_channel(answers) if answers.address else _no_channel()),
        "",
        "[[template]]",
        'name = "ack"',
        f"text = {_quoted(acknowledgement)}",
        "",
        "# " + _("What can happen by itself. Take the # away, and try: kfdesk rules check"),
        *_starters(),
    ]
    return "\n".join(parts) + "\n"


def _starters() -> list[str]:
    """Rules to begin with, commented out. More of them: config.example.toml."""
    thanks = _("You are welcome, {customer}!").format(customer="{{customer.name}}")
    return [
        "# " + _("An answer, once a ticket; robots get none."),
        "#[[trigger]]",
        '#name = "Acknowledge once"',
        '#on = ["created"]',
        '#when = "by:customer auto:no"',
        '#do = [{ reply = "ack" }]',
        "",
        "# " + _("An answer may be kept for the next time: ^R in the composer finds it."),
        "#[[template]]",
        '#name = "thanks"',
        "#canned = true",
        f"#text = {_quoted(thanks)}",
        "",
        "# " + _("A solved ticket is closed after three days."),
        "#[[schedule]]",
        '#name = "Close what stayed solved"',
        '#every = "hour"',
        '#when = "status:solved idle>72h"',
        '#do = [{ set = { status = "closed" } }]',
        "",
        "# " + _("Deadlines: the queue shows what is due, `is:breached` what is late."),
        "#[[sla]]",
        '#name = "everybody"',
        '#first_response = { urgent = "1h", high = "4h", normal = "1d", low = "2d" }',
        '#resolve = "5d"',
        "",
        "# " + _("Whoever has least gets the next ticket."),
        "#[[route]]",
        '#name = "whoever has least"',
        '#when = "is:unassigned status:new,open auto:no"',
        '#strategies = ["last-agent", "least-open", "round-robin"]',
    ]


def _colleague(name: str) -> list[str]:
    return ["[[agent]]", f"name = {_quoted(name)}", ""]


def _channel(answers: Answers) -> list[str]:
    guess = guess_servers(answers.address)
    user = answers.user or answers.address
    password = f'password = {{ env = "{PASSWORD_VARIABLE}" }}'
    remark = _("the environment variable that holds the password")
    if guess.code:
        remark = _("the environment variable that holds the authorisation code or app password")
    if answers.keyring:
        password = f"password = {{ keyring = {_quoted(keyring_entry(user))} }}"
        remark = _("where the system's keyring keeps the password")
    smtp_host = answers.smtp_host or guess.smtp
    smtp_tls = guess.smtp_tls if smtp_host == guess.smtp else "tls"
    sender = f"{answers.name.replace('<', '').replace('>', '')} <{answers.address}>"
    return [
        "[[channel]]",
        'name = "support"',
        'type = "imap"',
        f"address = {_quoted(answers.address)}",
        f"sender = {_quoted(sender)}",
        '#sent_folder = "Sent"  # ' + _("keep a copy of each reply there"),
        "",
        "[channel.imap]",
        f"host = {_quoted(answers.imap_host or guess.imap)}",
        f"user = {_quoted(user)}",
        f"{password}  # {remark}",
        "",
        "[channel.smtp]",
        f"host = {_quoted(smtp_host)}",
        f'tls = "{smtp_tls}"',
        f"user = {_quoted(user)}",
        password,
    ]


def _no_channel() -> list[str]:
    return [
        "# " + _("A mailbox to read and answer from. Take the # away and fill in yours."),
        *("#" + line for line in _channel(Answers(address="support@example.com"))),
    ]


def _quoted(text: str) -> str:
    """A TOML string. JSON's escapes are TOML's, once `clean_line` took the controls away."""
    return json.dumps(text, ensure_ascii=False)
