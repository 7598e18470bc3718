"""What a person is known by, in the one way in which it is kept: (scheme, value).

Addresses are kept in lower case, telephone numbers as E.164 (`+8613800138000`), anything else (a
WeChat openid, a user name) as it came.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.settings import Settings
from kfdesk.text import clean_line

_SCHEME = re.compile(r"[a-z][a-z0-9._-]{0,39}")
_ADDRESS = re.compile(r"[^\s@,;<>()\[\]]{1,256}@[^\s@,;<>()\[\]]{1,256}")
#: What a telephone number is written with beside its digits.
_NUMBER = re.compile(r"\+?[\d\s().\-–/·+]{5,40}")
_LONGEST = 300


def read(text: str, country: str) -> tuple[str, str]:
    """Read `scheme:value`, or an address or telephone number alone. UserError if it is none."""
    scheme, colon, value = text.partition(":")
    if colon and _SCHEME.fullmatch(scheme.lower()):
        return normal(scheme, value, country)
    if "@" in text:
        return normal("email", text, country)
    if _NUMBER.fullmatch(text.strip()):
        return normal("phone", text, country)
    raise UserError(
        _(
            "“{text}” is no identity; write it as email:jane@example.com or phone:+8613800138000"
        ).format(text=clean_line(text))
    )


def normal(scheme: str, value: str, country: str) -> tuple[str, str]:
    """Return an identity as it is kept. UserError where it is none of its scheme.

    `country` is where a telephone number belongs that does not say so: its ISO 3166 code, or empty.
    """
    scheme, value = scheme.lower(), clean_line(value)
    if not value or len(value) > _LONGEST:
        raise UserError(_("{scheme}: an identity has a value").format(scheme=scheme))
    if scheme == "email":
        value = value.lower()
        if not _ADDRESS.fullmatch(value):
            raise UserError(_("“{text}” is no mail address").format(text=value))
    elif scheme == "phone":
        found = phone(value, country)
        if not found:
            raise UserError(_no_phone(value, country))
        value = found
    return scheme, value


def phone(text: str, country: str) -> str:
    """Return a telephone number as E.164; empty where there is no such number."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _no_phone(value: str, country: str) -> str:
    if country or value.startswith("+"):
        return _("“{text}” is no telephone number").format(text=value)
    return _(
        "“{text}” does not say its country; write it with one, +86 …, "
        "or set desk.timezone to where the desk is"
    ).format(text=value)


def country(settings: Settings) -> str:
    """The country whose telephone numbers need no prefix: that of the desk's time zone.

    Where the zone is no country's (UTC), the language may still tell; else empty.
    """
    return _zones().get(settings.desk.timezone, "CN" if settings.desk.language == "zh" else "")


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """{time zone: ISO 3166 code}, as zone.tab of the time zone database has it."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in table.splitlines() if line and line[0] != "#")
    return {parts[2]: parts[0] for parts in lines}


@lru_cache(maxsize=1)
def free_domains() -> frozenset[str]:
    """Mail domains at which anybody gets an address: they tell nothing of who somebody is."""
    return frozenset(_FREE.split())


def mailbox(email: str) -> str:
    """The mailbox that an address leads to, where two ways of writing it are one.

    What follows a plus is the owner's own mark; Google reads no dots before the @, and
    googlemail.com is gmail.com.
    """
    local, _at, domain = email.rpartition("@")
    local = local.partition("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


_FREE = """
qq.com vip.qq.com foxmail.com 163.com 126.com yeah.net vip.163.com vip.126.com 188.com 139.com
189.cn wo.cn 21cn.com sina.com sina.cn vip.sina.com sohu.com tom.com aliyun.com 263.net
gmail.com googlemail.com outlook.com hotmail.com live.com live.cn msn.com yahoo.com yahoo.cn
yahoo.co.jp yahoo.co.uk yahoo.fr yahoo.de ymail.com rocketmail.com icloud.com me.com mac.com
aol.com gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de freenet.de mail.com email.com
proton.me protonmail.com pm.me tutanota.com tuta.io zoho.com yandex.ru yandex.com ya.ru mail.ru
bk.ru list.ru inbox.ru rambler.ru naver.com hanmail.net daum.net hotmail.co.uk hotmail.fr
outlook.fr outlook.de outlook.jp orange.fr wanadoo.fr free.fr laposte.net libero.it virgilio.it
rediffmail.com fastmail.com hey.com comcast.net verizon.net att.net btinternet.com uol.com.br
bol.com.br terra.com.br docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp
"""
