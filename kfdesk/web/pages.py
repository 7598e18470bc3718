"""The pages: a login that works without JavaScript, and the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

import textual_serve

from kfdesk import i18n
from kfdesk.i18n import Spoken, _

_OWN = Path(str(files("kfdesk.web") / "pages"))
_SERVE = Path(textual_serve.__file__).parent / "static"
#: What every page may ask for, by its name: nothing else of the disk is ever sent.
FILES = {
    "page.css": _OWN / "page.css",
    "console.js": _OWN / "console.js",
    "touch.js": _OWN / "touch.js",
    "textual.js": _SERVE / "js" / "textual.js",
    "xterm.css": _SERVE / "css" / "xterm.css",
    "mono.ttf": _SERVE / "fonts" / "RobotoMono-VariableFont_wght.ttf",
    "mono-italic.ttf": _SERVE / "fonts" / "RobotoMono-Italic-VariableFont_wght.ttf",
}


def language(accepted: str, otherwise: Spoken) -> Spoken:
    """The first language of an Accept-Language that we speak."""
    for part in accepted.split(","):
        if found := i18n.known(part.partition(";")[0].strip()):
            return found
    return otherwise


@contextmanager
def speaking(language: Spoken) -> Iterator[None]:
    """Speak a visitor's language; nothing may be awaited meanwhile."""
    before = i18n.current()
    i18n.use(language)
    try:
        yield
    finally:
        i18n.use(before)


def login(desk: str, wrong: str = "", name: str = "") -> str:
    """The page that asks who is there; `wrong` says why it asks again."""
    return _filled(
        "login.html",
        desk=desk,
        wrong=wrong,
        name=name,
        hidden="" if wrong else "hidden",
        name_focus="" if name else "autofocus",
        password_focus="autofocus" if name else "",
        agent_label=_("Login name"),
        password_label=_("Password"),
        go=_("Log in"),
        about=_("The name by which colleagues and rules call you; your password for the web."),
    )


def console(desk: str, agent: str, socket: str) -> str:
    """The page with the terminal; `socket` is where it is spoken with."""
    return _filled(
        "console.html",
        desk=desk,
        agent=agent,
        socket=socket,
        loading=_("One moment…"),
        ended=_("This console has ended."),
        elsewhere=_("This console is open in another page now."),
        connecting=_("Connecting again…"),
        copy=_("Copy"),
        close=_("Close"),
        choose=_("Choose a file"),
        sending=_("Sending the file…"),
        failed=_("The file did not arrive; try again"),
        again=_("Open again"),
        leave=_("Log out"),
        keyboard=_("Keyboard"),
        larger=_("Larger"),
        smaller=_("Smaller"),
        more=_("Keys"),
    )


def _filled(page: str, **values: str) -> str:
    """A page with its texts, none of which is markup."""
    safe = {key: escape(value) for key, value in values.items()}
    lang = {"zh": "zh-Hans", "zh-TW": "zh-Hant", "en": "en"}[i18n.current()]
    return _template(page).substitute(safe, lang=lang, version=_stamp())


@cache
def _stamp() -> str:
    """What files are asked for by, since browsers keep them: another where any of them is."""
    return sha256(b"".join(path.read_bytes() for path in FILES.values())).hexdigest()[:12]


@cache
def _template(name: str) -> Template:
    return Template((_OWN / name).read_text(encoding="utf-8"))
