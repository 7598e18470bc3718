"""Spelling, by aspell or hunspell where one is installed: a child process, words through a pipe.

It is asked once for every word. Chinese needs none, and where there is no checker nothing is wrong.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress

#: A word of a language with letters: not what stands in an address, a path or an order number.
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NO_WORDS = re.compile(r"\S*(?:://|@|www\.|[\w-]\d|\d[\w-]|\\|/)\S*")
_SYLLABIC = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff]")
_TAG = re.compile("[a-z]{2,3}([-_][A-Za-z0-9]{2,8})?")
#: Words that hardly a letter is without, by which a language is known.
_SMALL = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and is are of to you your we have for not this with that it please thank",
        "de": "der die das und ist sind ich wir sie ihre nicht mit für auf ein eine habe bitte den",
        "fr": "le les et est nous vous votre pas pour une des que avec dans du sur merci bonjour",
        "es": "el los las es y que por para una con su no del gracias hola mi pero está se lo",
        "it": "il gli è che per una con non del della di sono grazie mi ho buongiorno ma vostro",
        "pt": "os as é que para uma com não do da em obrigado meu minha mas você está por",
        "nl": "het een en is van de niet met voor op ik wij uw dat graag dank heb zijn maar",
    }.items()
}
_TELLING = 2
_LONGEST = 60
_OFFERED = 9


def words_of(line: str) -> Iterator[tuple[int, str]]:
    """The words of a line that can be right or wrong, and where each begins."""
    if line.startswith(">"):
        return  # somebody else wrote it
    rest = _NO_WORDS.sub(lambda found: " " * len(found[0]), line)
    for found in _WORD.finditer(rest):
        word = found[0]
        if 1 < len(word) <= _LONGEST and not word.isupper() and not _SYLLABIC.search(word):
            yield found.start(), word


def language_of(customers: str, text: str, asked: str = "") -> str:
    """The language that a text is to be checked in; empty where that makes no sense.

    That of the customer's profile; else what the text is in already, or what was `asked` in.
    """
    if customers and not customers.startswith("zh"):
        return customers
    if _SYLLABIC.search(text):
        return ""
    return _guessed(text) or _guessed(asked) or "en"


def _guessed(text: str) -> str:
    """The language whose small words stand in a text; empty where too few tell."""
    found = set(_WORD.findall(text.casefold()))
    told = {language: len(found & small) for language, small in _SMALL.items()}
    best = max(told, key=told.__getitem__)
    return best if told[best] >= _TELLING else ""


class Checker:
    """One child process a language, begun when it is first asked. Not for the event loop."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._known: dict[str, tuple[str, ...] | None] = {}  # None: it is right
        self._lock = threading.Lock()
        self._child = _begin(language)

    @property
    def there(self) -> bool:
        """Whether somebody checks this language here."""
        return self._child is not None

    def wrong(self, words: Iterable[str]) -> set[str]:
        """Those of these words that are not in the dictionary."""
        asked = set(words)
        with self._lock:
            for word in asked - self._known.keys():
                self._known[word] = self._ask(word)
        return {word for word in asked if self._known.get(word) is not None}

    def suggestions(self, word: str) -> tuple[str, ...]:
        """What may have been meant."""
        return (self._known.get(word) or ())[:_OFFERED]

    def learn(self, word: str) -> None:
        """A word is right, as long as the console is open."""
        self._known[word] = None

    def _ask(self, word: str) -> tuple[str, ...] | None:
        """Ask the child; one that dies knows no wrong words any more."""
        child = self._child
        if child is None or child.stdin is None or child.stdout is None:
            return None
        try:
            child.stdin.write(f"^{word.replace('’', chr(39))}\n")
            child.stdin.flush()
            verdict: tuple[str, ...] | None = None
            while line := child.stdout.readline():
                line = line.strip()
                if not line:
                    return verdict
                if line[0] == "&":
                    verdict = tuple(one.strip() for one in line.partition(": ")[2].split(","))
                elif line[0] in "#?":
                    verdict = ()
        except (OSError, UnicodeError):
            pass
        self.close()
        return None

    def close(self) -> None:
        """Let the child go."""
        child, self._child = self._child, None
        if child is not None:
            with suppress(OSError):  # it may have gone by itself
                child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with suppress(OSError):  # what was written last is of no use to anybody
                        pipe.close()


class Checkers:
    """The checkers of the languages that are written here. Not for the event loop."""

    def __init__(self) -> None:
        self._of: dict[str, Checker] | None = {}  # None: closed
        self._lock = threading.Lock()

    def of(self, language: str) -> Checker | None:
        """The one checker of a language; none any more where they are closed."""
        with self._lock:
            if self._of is None:
                return None
            if language not in self._of:
                self._of[language] = Checker(language)
            return self._of[language]

    def close(self) -> None:
        """Let every child go, for good."""
        with self._lock:
            checkers, self._of = self._of or {}, None
        for checker in checkers.values():
            checker.close()


def _begin(language: str) -> subprocess.Popen[str] | None:
    """Begin a checker that has this language; None where there is none."""
    for command in _commands(language):
        try:
            child = subprocess.Popen(  # noqa: S603 -- a language that `_TAG` lets through, no shell
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                errors="replace",
            )
        except OSError:
            continue
        assert child.stdout is not None
        if child.stdout.readline().startswith("@(#)"):  # it tells its version where it works
            return child
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
    return None


def _commands(language: str) -> Iterator[list[str]]:
    """How the checkers that are installed are begun for a language."""
    if not _TAG.fullmatch(language):
        return
    tag = language.replace("-", "_")
    names: Collection[str] = dict.fromkeys((tag, *_USUAL.get(tag, ())))
    if aspell := shutil.which("aspell"):
        for name in names:
            yield [aspell, "-a", "--encoding=utf-8", "-l", name]
    if hunspell := shutil.which("hunspell"):
        for name in names:
            yield [hunspell, "-a", "-i", "utf-8", "-d", name]


#: Dictionaries by country, where a language alone names none.
_USUAL = {
    "en": ("en_US", "en_GB"),
    "de": ("de_DE",),
    "fr": ("fr_FR", "fr"),
    "es": ("es_ES",),
    "it": ("it_IT",),
    "pt": ("pt_PT", "pt_BR"),
    "nl": ("nl_NL",),
    "pl": ("pl_PL",),
    "ru": ("ru_RU",),
    "sv": ("sv_SE",),
}
