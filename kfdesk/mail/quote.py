"""Where in a text the writer's own words end and quoted history or signature begins.

Linear in the length of the text: each line is looked at a bounded number of times, and no pattern
can go back over what it has read.
"""

from __future__ import annotations

import re

#: A rule with words in it, over a quoted mail.
_RULE_WORDS = (
    "original message|original appointment|reply message|ursprüngliche nachricht|"
    "originalnachricht|message d'origine|message original|messaggio originale|mensaje original|"
    "mensagem original|oorspronkelijk bericht|oprindelig meddelelse|ursprungligt meddelande|"
    "原始邮件|原始郵件|原邮件|原郵件|回复的原邮件|回复邮件|元のメッセージ|original mail|"
    "원본 메시지|исходное сообщение"
)
_FORWARD_WORDS = (
    "forwarded message|forwarded by|weitergeleitete nachricht|message transféré|"
    "message transmis|"
    "mensaje reenviado|messaggio inoltrato|mensagem encaminhada|转发邮件信息|转发的邮件|"
    "轉寄郵件|"
    "转发邮件|轉寄訊息|転送メッセージ|転送されたメッセージ|doorgestuurd bericht"
)
_RULE = re.compile(rf"[-_=*~> ]{{2,60}}\s?(?:{_RULE_WORDS})\s?[-_=*~: ]{{0,60}}\Z", re.I)
_FORWARD = re.compile(
    rf"(?:[-_=*~ ]{{2,60}}\s?(?:{_FORWARD_WORDS})[^-\n]{{0,80}}[-_=*~: ]{{0,60}}"
    r"|(?:begin forwarded message|anfang der weitergeleiteten nachricht|"
    r"début du message (?:transféré|réexpédié)|"
    r"下面是被转发的邮件|开始转发的邮件|以下是转发的邮件|転送されたメッセージ)\s?[:：])\Z",
    re.I,
)
_BARS = frozenset("-_=*~")
_BAR = re.compile(r"(?:[-_=*]{5,200}|[-_=*]{3,60}[^-_=*]{1,40}[-_=*]{3,60})\Z")

_FROM = (
    r"from|发件人|发信人|寄件者|寄件人|發件人|von|de|da|van|fra|från|od|от|差出人|送信元|"
    r"보낸 사람"
)
_OTHER = (
    r"sent|date|to|cc|subject|reply-to|发送时间|发送日期|日期|时间|收件人|抄送|主题|主旨|"
    r"寄件日期|傳送日期|收件者|副本|"
    r"傳送時間|發送時間|gesendet|datum|an|kopie|betreff|envoyé|date d'envoi|à|objet|cc|"
    r"enviado(?: el)?|para|asunto|fecha|"
    r"assunto|data|inviato|oggetto|a|verzonden|aan|onderwerp|sendt|til|emne|skickat|till|"
    r"ämne|送信日時|日時|宛先|件名|"
    r"보낸 날짜|받는 사람|제목|отправлено|кому|тема|дата"
)
_FROM_LINE = re.compile(rf"[*_]{{0,2}}(?:{_FROM})[*_]{{0,2}} ?[:：][*_]{{0,2}}\s?\S", re.I)
_OTHER_LINE = re.compile(rf"[*_]{{0,2}}(?:{_OTHER})[*_]{{0,2}} ?[:：]", re.I)

#: How an attribution ends ("… wrote:"), and what must stand in it.
_WROTE = re.compile(
    r"(?:(?:\b(?:wrote|writes|schrieb|geschrieben|a écrit|écrit|escribió|ha scritto|scrive|"
    r"escreveu|"
    r"skrev|schreef|napisał(?:\(a\)|a)?|пишет|написал(?:\(а\)|а)?)|写道|寫道|写到|写入|"
    r"さんは書きました|のメール|"
    r"님이 작성|작성)\s?[:：]|>\s?(?:napisał\w*\s?)?[:：]|(?:geschrieben|schrieb)\b.{0,"
    r"200}[:：]|"
    r"\bschreef\b.{0,200}[:：])\s*\Z",
    re.I,
)
_WHEN_OR_WHO = re.compile(r"\d{1,4}[-./年:]\s?\d{1,2}|\d{4}|@")
_OPENING = re.compile(
    r"[-* ]{0,4}(?:on|at|am|le|el|il|em|op|den|dnia|в|在|于|\d{1,4}\s?[-./年]|\S{0,30}\d{4}|"
    r"[\"“']?[^\s<]{1,40}\s?[<(\"]|(?:mon|tue|wed|thu|fri|sat|sun))",
    re.I,
)
_ATTRIBUTION_LINES = 4
_HEADER_LINES = 8

_PHONE = re.compile(
    r"(?:sent from (?:my|the|a|yahoo|mail for|outlook|samsung|proton)\b|sent via (?:my|"
    r"the)\b|sent with |sent on the go|"
    r"get outlook for|from my (?:iphone|ipad|android|blackberry|phone|mobile)|"
    r"发自我的|發自我的|发自(?:网易|手机|iphone|ipad|小米|华为|qq)|發自|发送自|来自我的|"
    r"由我的.{0,20}发送|使用.{0,20}发送|从我的.{0,20}发|"
    r"从 ?(?:windows|outlook).{0,20}发送|傳送自|從我的.{0,20}(?:傳送|寄出)|"
    r"von meinem .{1,40} gesendet|gesendet (?:von|mit) |envoyé (?:de|depuis|à partir)|"
    r"inviato da|enviado desde|enviado do|"
    r"verzonden (?:vanaf|met)|skickat från|my .{1,20}から送信|iphoneから送信|ipadから送信|"
    r".{1,20}から送信$|отправлено (?:с|из))",
    re.I,
)
_IN_BRACKETS = re.compile(r"<[^<>]*+>|\[[^\[\]]*+\]")
_LONGEST_PHONE_LINE = 50  # characters; a longer one is a sentence
_LIST_BAR = re.compile(r"_{20,200}\s{0,9}\Z")
_LIST_WORDS = re.compile(r"mailing list|listinfo|unsubscribe|退订", re.I)
_LONGEST_FOOTER = 7  # lines of what a mailing list adds
_LONGEST_SIGNATURE = 25  # lines
_MOST_LAYERS = 10  # of quote and signature under each other
_LONGEST_LINE = 600  # characters of a line that a pattern looks at


def cut(text: str, *, before: int = -1, forward: bool = False) -> int:
    """Return where history or signature begins in `text`; its length if there is none.

    `before` is what the HTML's structure said already. `forward`: the mail is a forward, so that
    what looks like history is what it is about, and stays.
    """
    if forward:
        return _trimmed(text, len(text)) or len(text)
    end = before if 0 <= before < len(text) else len(text)
    lines = text[:end].split("\n")
    keep = _until_separator(lines)
    for _layer in range(_MOST_LAYERS):
        shorter = _without_quoted_tail(lines, keep)
        shorter = (
            _without_attribution(lines, shorter) if shorter < keep or end < len(text) else shorter
        )
        shorter = _without_signature(lines, shorter)
        if shorter == keep:
            break
        keep = shorter
    if keep == len(lines) and end == len(text):
        return len(text)
    at = sum(map(len, lines[:keep])) + max(keep - 1, 0)
    return _trimmed(text, at)


def _trimmed(text: str, at: int) -> int:
    return len(text[:at].rstrip())


def _until_separator(lines: list[str]) -> int:
    """The line from which on everything is history, whatever stands in front of it."""
    for number, line in enumerate(lines):
        if ":" not in line and "：" not in line and line.lstrip()[:1] not in _BARS:
            continue
        line = line[:_LONGEST_LINE].strip()
        if not line or line[0] == ">":
            continue
        if line[0] in _BARS and _FORWARD.match(line):
            return len(lines)
        if line[0] in _BARS and _RULE.match(line):
            return number
        if line[-1] in ":：" and (start := _attribution(lines, number)) >= 0:
            following = _next(lines, number + 1)
            if following < len(lines) and lines[following][:1] == ">":
                continue  # answers may follow between the quoted lines
            return start
        if _FROM_LINE.match(line) and _is_header(lines, number):
            above = _previous(lines, number)
            return (
                above if above >= 0 and _BAR.match(lines[above].strip()[:_LONGEST_LINE]) else number
            )
    return len(lines)


def _is_header(lines: list[str], number: int) -> bool:
    """Whether a `From:` line opens the header that a mail program puts above what it quotes."""
    others = 0
    for line in lines[number + 1 : number + 1 + _HEADER_LINES]:
        others += bool(_OTHER_LINE.match(line[:_LONGEST_LINE].strip()))
    return others >= 2


def _attribution(lines: list[str], number: int) -> int:
    """The first line of the "On … wrote:" that ends in this line; -1 if none does."""
    last = lines[number][:_LONGEST_LINE].strip()
    if not _WROTE.search(last):
        return -1
    joined = ""
    for start in range(number, max(-1, number - _ATTRIBUTION_LINES), -1):
        line = lines[start][:_LONGEST_LINE].strip()
        if not line or line[0] == ">":
            break
        joined = f"{line} {joined}"
        if _OPENING.match(line) and _WHEN_OR_WHO.search(joined):
            return start
    return -1


def _without_quoted_tail(lines: list[str], keep: int) -> int:
    """Leave off the lines at the end that are quoted with `>`."""
    end, quoted = keep, False
    while end and (not (line := lines[end - 1].strip()) or line[0] == ">"):
        quoted = quoted or bool(line)
        end -= 1
    return end if quoted else keep


def _without_attribution(lines: list[str], keep: int) -> int:
    """Leave off an "On … wrote:" that a quote which is gone leaves behind at the end."""
    last = _previous(lines, keep)
    if last < 0:
        return keep
    line = lines[last].strip()
    if line[-1] in ":：" and (start := _attribution(lines, last)) >= 0:
        return start
    if _RULE.match(line[:_LONGEST_LINE]) or _BAR.match(line[:_LONGEST_LINE]):
        return last
    return keep


def _without_signature(lines: list[str], keep: int) -> int:
    """Leave off a signature: behind `-- `, or the line that a telephone adds."""
    last = _previous(lines, keep)
    if last < 0:
        return keep
    words = _IN_BRACKETS.sub("", lines[last][:_LONGEST_LINE]).strip(" \t*_[(—-")
    if len(words) <= _LONGEST_PHONE_LINE and _PHONE.match(words):
        above = _previous(lines, last)
        bar = above >= 0 and lines[above].strip() in ("--", "---", "—", "__")
        return above if bar else last
    for number in range(last, max(-1, last - _LONGEST_FOOTER), -1):
        if _LIST_BAR.match(lines[number]) and _LIST_WORDS.search(
            "\n".join(lines[number : last + 1])
        ):
            return number
    for number in range(last, max(-1, last - _LONGEST_SIGNATURE), -1):
        if lines[number].rstrip() in ("--", "— ", "—") or lines[number].strip("\xa0 ") == "--":
            return number
    return keep


def _next(lines: list[str], number: int) -> int:
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _previous(lines: list[str], number: int) -> int:
    number -= 1
    while number >= 0 and not lines[number].strip():
        number -= 1
    return number


def is_forward_mark(line: str) -> bool:
    """True for a line that a mail program puts above a mail that it forwards."""
    if not line or len(line) > 300:
        return False
    line = line.strip(" >\t")
    return bool(line) and (line[0] in _BARS or line[-1] in ":：") and bool(_FORWARD.match(line))
