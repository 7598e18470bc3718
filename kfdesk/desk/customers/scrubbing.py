"""Taking somebody's names and identities out of a text, and nothing that only looks like them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

#: What stands where a name or an address stood.
_INSTEAD = "…"
#: A letter of a word that is set off from others: Chinese begins and ends anywhere.
_LETTER = "[^\\W\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
_EDGE = re.compile(_LETTER)
_LABEL = rf"{_LETTER}+(?:-+{_LETTER}+)*"
#: A whole address, so that nobody's is taken for the end of another's.
_ADDRESS = rf"{_LETTER}(?:{_LETTER}|[.+'-]){{0,63}}@{_LABEL}(?:\.{_LABEL})*"
#: A line's end as it stands in JSON: its letter is none of the word behind it.
_ESCAPE = r"\\[nrt]"


def scrubber(identities: Iterable[str], names: Iterable[str] = ()) -> Callable[[str], str]:
    """What takes these out of a text, in whatever case and each only as a whole word."""
    theirs = {one.lower() for one in identities if one}
    called = {one.lower() for one in names if one}
    words = sorted(theirs | called, key=len, reverse=True)
    if not words:
        return lambda text: text
    pattern = re.compile("|".join((_ESCAPE, f"(?P<address>{_ADDRESS})", *map(_word, words))), re.I)

    def instead(found: re.Match[str]) -> str:
        whole = found[0]
        if (address := found["address"]) is not None:
            return _INSTEAD if _is_theirs(address.lower(), theirs, called) else whole
        return whole if whole[0] == "\\" and whole.lower() not in theirs | called else _INSTEAD

    return lambda text: pattern.sub(instead, text)


def _is_theirs(address: str, theirs: set[str], called: set[str]) -> bool:
    """Whether an address is one of theirs, or made of first name and surname."""
    parts = set(re.split(r"[.+'_-]", address.partition("@")[0]))
    return bool({address, address.strip("_")} & theirs) or len(parts & called) > 1


def _word(text: str) -> str:
    before = rf"(?<!{_LETTER})" if _EDGE.match(text[0]) else ""
    behind = rf"(?!{_LETTER})" if _EDGE.match(text[-1]) else ""
    return before + re.escape(text) + behind
