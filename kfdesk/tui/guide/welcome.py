"""How the guide begins: the language, a desk of one's own or the demo, and who is at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from textual.widgets import OptionList

from kfdesk import i18n
from kfdesk.i18n import Language, _
from kfdesk.tui.guide.mailbox import Mailbox
from kfdesk.tui.guide.step import Asked, Choosing, Filling, question

_LANGUAGES: Sequence[Language] = ("zh", "en")


class Welcome(Choosing):
    """The language, in both of them."""

    def title_of(self) -> str:
        """Hello."""
        return "kfdesk · 欢迎 · Welcome"

    def text(self) -> str:
        """What this is."""
        ours = "客服台，在终端里。请选择语言。"
        return f"{ours}\nA customer-service desk in a terminal. Choose a language."

    def options(self) -> Sequence[str]:
        """Each language by its own name."""
        return [i18n.NAMES[language] for language in _LANGUAGES]

    def keys(self) -> str:
        """What the keys do, for who reads one of them alone."""
        return "↑↓ 选择 choose · Enter 继续 next · Esc 退出 leave"

    def on_mount(self) -> None:
        """The language of the environment is likely."""
        self.query_one(OptionList).highlighted = _LANGUAGES.index(i18n.written())

    def chosen(self, index: int) -> None:
        """Speak it from here on."""
        i18n.use(_LANGUAGES[index])
        self.guide.said["language"] = _LANGUAGES[index]
        self.guide.push_screen(Ways())


class Ways(Choosing):
    """A desk of one's own, or the demo."""

    def title_of(self) -> str:
        """Where to."""
        return _("How do you want to begin?")

    def text(self) -> str:
        """What happens."""
        return _(
            "There is no configuration here yet. A few short questions make one; nothing is "
            "written before the last, and Esc always leads back."
        )

    def options(self) -> Sequence[str]:
        """Both."""
        return [
            _("Set up my own desk (two minutes; a mailbox can come later)"),
            _("Look around first: a demo desk full of tickets, with a tour"),
        ]

    def chosen(self, index: int) -> None:
        """Go there."""
        if index:
            self.guide.exit("demo")
        else:
            self.guide.push_screen(TheDesk())


class TheDesk(Filling):
    """The desk's name and time, and who is at it."""

    def title_of(self) -> str:
        """The first page."""
        return _("1 of 5 · The desk")

    def text(self) -> str:
        """What it is for."""
        return _("Lines are filled in with what is likely: Enter accepts it.")

    def asked(self) -> Sequence[Asked]:
        """As `kfdesk init` asks."""
        said = self.guide.said
        return [question(key, said) for key in ("name", "timezone", "agent")]

    def wrong(self, said: Mapping[str, str]) -> str:
        """A time zone must be known."""
        try:
            ZoneInfo(said["timezone"])
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return _("{zone} is no time zone; write it as Asia/Shanghai").format(
                zone=said["timezone"]
            )
        return ""

    def onward(self) -> None:
        """Then the mailbox."""
        self.guide.push_screen(Mailbox())
