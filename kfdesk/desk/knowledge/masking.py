"""Personal data taken out of a text that others are going to read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kfdesk.i18n import _

_EMAIL = re.compile(
    r"[^\s<>()\[\]\"',;:：，。；、@]{1,64}@[^\s<>()\[\]\"',;:：，。；、@]{1,255}[\w]"
)
_URL = re.compile(r"\bhttps?://[^\s<>\"'，。；、）]{1,2000}")
#: Of an address of the web, what stands behind ? or # may say who somebody is.
_QUERY = re.compile(r"[?#].*", re.DOTALL)
#: Dates, times and sums say nothing of anybody; phones, cards, orders and parcels do.
_NUMBER = re.compile(
    r"(?P<plain>(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]\d{1,2}:\d\d(?::\d\d)?)?"
    r"|(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.])\d{1,9}\.\d{1,2}(?![\w.-]))"
    r"|(?P<phone>\+?\(?\d{1,20}\)?(?:[ ()/.-]{1,3}\d{1,20}){1,12})(?![A-Za-z\d])"
    r"|(?P<code>(?<![A-Za-z\d])[#+]?[A-Za-z\d]{1,40}(?:-[A-Za-z\d]{1,40}){0,8})",
)
#: 广东省深圳市南山区科技路 1 号 2 栋 301 室
_PLACE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,7}(?:省|自治区|特别行政区))?[\u4e00-\u9fff]{2,7}(?:市|州|盟|地区)"
    r"[\u4e00-\u9fff]{0,8}(?:区|县|旗)?[\u4e00-\u9fff\d\s]{1,20}(?:路|街|道|巷|弄|村|镇|大厦|小区|广场)"
    r"[\u4e00-\u9fff\dA-Za-z\s#-]{0,20}?(?:号|室|楼|栋|座|单元|层)"
    r"(?:[\s\dA-Za-z-]{0,8}(?:号|室|楼|栋|座|单元|层))*"
)
_PHONE_DIGITS = 7
_CODE_DIGITS = 5


def mask(text: str, known: Iterable[str] = ()) -> str:
    """Return a text without addresses, phone numbers, order numbers and the like.

    `known` is what is known of the customer: names, addresses, what stands in their fields.
    """
    text = _URL.sub(lambda found: _QUERY.sub("", found[0]), text)
    text = _EMAIL.sub(_("[address]"), text)
    text = _PLACE.sub(_("[place]"), text)
    for one in sorted(set(known), key=len, reverse=True):
        if len(one.strip()) > 1:
            text = re.sub(_whole(one.strip()), _("[left out]"), text, flags=re.IGNORECASE)
    return _NUMBER.sub(_number, text)


def _whole(word: str) -> str:
    """A pattern of a word that is no part of a longer Latin one."""
    before = r"(?<![A-Za-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    behind = r"(?![A-Za-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
    return before + re.escape(word) + behind


def _number(found: re.Match[str]) -> str:
    """What stands in place of a number."""
    written = found[0]
    digits = sum(one.isdigit() for one in written)
    least = _PHONE_DIGITS if found["phone"] else _CODE_DIGITS
    return written if found["plain"] or digits < least else _("[number]")
