"""What a mail server means: its words as the status codes of RFC 3463."""

from __future__ import annotations

import re

CODE = re.compile(r"(?<![\d.])([45]\.\d{1,2}\.\d{1,3})(?![\d.]*\d)")
#: Codes that say no more than "no": the words beside them are believed before them.
VAGUE = frozenset(("0.0", "5.0", "1.0", "1.10", "2.0", "5.4", "4.1", "3.0", "7.0", "5.2", "5.1"))

_REPLY = re.compile(
    r"(?<![\d.:/-])([45])([0-5]\d)(?=[ \-:,)\"#>]|$)(?! (?:bytes|minutes|kb))", re.I | re.M
)
#: Subject and detail of the code for what servers say; the first that is said counts.
_PHRASES = {
    "2.2": (  # mailbox full
        r"mail ?box (?:is )?full", r"over ?quota", r"quota (?:exceeded|is full)",
        r"exceed\w* .{0,30}(?:quota|storage)", r"mailbox size", r"disk quota",
        r"(?:storage|account) .{0,20}full", r"not enough (?:storage|disk)", r"inbox .{0,12}full",
        r"mailfolder is full", r"exceeded the local limit", "邮箱已满", "空间不足", "容量",
    ),
    "1.1": (  # no such user
        r"user unknown",
        r"unknown (?:user|recipient|local[- ]part|(?:e-?mail )?address|mailbox)",
        r"no such (?:user|recipient|mailbox|person|address|account|local)",
        r"(?:user|recipient|mailbox|account|address|addressee)(?: name)?"
        r"(?:\S{0,3} <?[^\s<>]{0,80}>?)? (?:was |is |are |could )?"
        r"(?:not (?:be )?(?:found|known|exist|recogni[sz]ed|listed)|unknown|does ?n[o']t exist"
        r"|invalid)",
        r"does not exist", r"doesn't exist", r"not exist", r"non-?exist",
        r"invalid (?:recipient|mailbox|user|address|local|final delivery userid)",
        r"no mailbox here", r"not listed in", r"not a (?:valid|known) (?:user|mailbox|recipient)",
        r"not (?:a )?(?:our customer|known at this)", r"unknown to (?:this|us)",
        r"no (?:longer )?valid (?:recipient|user)", r"no account by that name",
        r"recipientnotfound", r"isn't (?:in|found)", r"wasn't found", r"couldn't be found",
        r"bad destination mailbox", r"user account is unavailable", r"unrouteable address",
        r"name is not recognized", r"were not matched", r"no existe", r"n'existe pas",
        r"unbekannt", "收件人不存在", "用户不存在", "邮箱不存在", "账号不存在", "地址不存在",
        "找不到",
    ),
    "1.2": (  # no such host
        r"host (?:unknown|not found|name lookup)", r"unknown host",
        r"(?:domain|host) (?:name )?(?:was )?not (?:be )?found", r"no (?:such )?(?:mx|domain|host)",
        r"name service error", r"unable to resolve", r"dns (?:error|fail|lookup failure)",
        r"couldn't find any host", "域名",
    ),
    "3.4": (  # too large
        r"(?:message|mail|size) .{0,24}(?:too (?:large|big|long)|exceed)", r"size limit",
        r"exceeds? .{0,30}size", r"too (?:large|big)",
    ),
    "2.1": (  # mailbox closed
        r"disabled", r"inactive", r"suspended", r"not accepting", r"deactivated",
        r"account .{0,20}locked", "禁用", "冻结",
    ),
    "7.1": (  # refused
        r"relay(?:ing)? (?:access )?denied", r"to relay", r"relaying", r"spam", r"black ?list",
        r"block ?list", r"blocked", r"policy", r"denied", r"prohibited", r"refused", r"reject",
        r"not (?:allowed|authori[sz]ed|permitted)", r"virus", r"dmarc", r"spf", "拒绝", "拒收",
        "垃圾",
    ),
    "4.6": (r"loop", r"too many hops", r"hop count"),
    "4.7": (  # given up
        r"timed? ?out", r"expired", r"retry time", r"could ?n[o']t (?:be )?connect",
        r"connection (?:lost|reset)", r"no route", r"unreachable",
        r"not (?:been )?delivered (?:yet|within)", "超时",
    ),
}  # fmt: skip
_MEANINGS = tuple((re.compile("|".join(words), re.I), code) for code, words in _PHRASES.items())
_TEMPORARY = re.compile(
    r"temporar|will (?:be |keep |continue )?(?:re-?)?try|still trying|delayed|deferred"
    r"|gr[ea]y ?list|try again later|do not need to resend|not yet been delivered|稍后|暂时|重试",
    re.I,
)
_FAILED_ANYWAY = re.compile(
    r"permanent|fatal|failed|giving up|given up|gave up|expired|not be delivered|undeliverable"
    r"|was not delivered|retry timeout",
    re.I,
)


def meaning(words: str, vague: str) -> str:
    """The status that a server's words mean; `vague` is the code that they stand beside."""
    exact = next((one[1] for one in CODE.finditer(words) if one[1][2:] not in VAGUE), "")
    if exact and (not vague or exact[0] == vague[0]):
        return exact
    kind = vague[:1]
    if not kind and (reply := _REPLY.search(words)):
        kind = reply[1]
    if not kind:
        temporary = _TEMPORARY.search(words) and not _FAILED_ANYWAY.search(words)
        kind = "4" if temporary else "5"
    for pattern, detail in _MEANINGS:
        if pattern.search(words):
            return f"{kind}.{detail}"
    return vague or f"{kind}.0.0"


def says_anything(words: str) -> bool:
    """True where the words tell of a delivery that failed or waits."""
    patterns = (_REPLY, _TEMPORARY, _FAILED_ANYWAY, *(pattern for pattern, _detail in _MEANINGS))
    return any(pattern.search(words) for pattern in patterns)
