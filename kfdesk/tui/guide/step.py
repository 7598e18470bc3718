"""One page of the guide: a title, a text, something to choose or to fill in, and the keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static

from kfdesk.cells import fit
from kfdesk.desk.admin.setup import questions
from kfdesk.i18n import _
from kfdesk.tui.lines.content import content

if TYPE_CHECKING:
    from kfdesk.tui.guide.guide import Guide


@dataclass(frozen=True, slots=True)
class Asked:
    """A line to fill in; what is not filled in is `likely`."""

    key: str
    text: str
    likely: str = ""
    secret: bool = False


def question(key: str, said: Mapping[str, str]) -> Asked:
    """A question of `kfdesk init`, with what is likely."""
    one = next(one for one in questions() if one.key == key)
    return Asked(key, one.text, one.default(said))


class Step(Screen[None]):
    """A page: Enter leads on, Esc back; nothing is written before the last one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 -- as Screen declares it

    @property
    def guide(self) -> Guide:
        """Who holds what was said."""
        return cast("Guide", self.app)

    def title_of(self) -> str:
        """What the page is about."""
        raise NotImplementedError

    def text(self) -> str:
        """What there is to know."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """What there is to do."""
        raise NotImplementedError

    def keys(self) -> str:
        """What the keys do."""
        if len(self.app.screen_stack) <= 2:
            return _("↑↓ choose · Enter next · Esc leave")
        return _("↑↓ choose · Enter next · Esc back")

    def compose(self) -> ComposeResult:
        """A card in the middle."""
        with Vertical(id="card"):
            yield Static(content((self.title_of(), "bold $primary")), id="title", markup=False)
            with VerticalScroll(id="body", can_focus=False):
                yield Static(content(self.text()), classes="text", markup=False)
                yield from self.body()
                yield Static(id="wrong", markup=False)
            yield Static(content((self.keys(), "$ink-muted")), id="keys", markup=False)

    def complain(self, text: str) -> None:
        """Say what is wrong."""
        self.query_one("#wrong", Static).update(content((text, "$error")))

    def action_back(self) -> None:
        """Go to the page before; from the first one, leave."""
        self.guide.back()


class Choosing(Step):
    """A page with a few ways to go on."""

    def options(self) -> Sequence[str]:
        """The ways."""
        raise NotImplementedError

    def chosen(self, index: int) -> None:
        """One was taken."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """The ways, one below another."""
        yield OptionList(*(content(text) for text in self.options()), compact=True)

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        self.chosen(event.option_index)


class Field(Input):
    """A line: the arrows lead to the others."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]


class Filling(Step):
    """A page with lines to fill in; what was said once stands there again."""

    def asked(self) -> Sequence[Asked]:
        """The lines."""
        raise NotImplementedError

    def wrong(self, said: Mapping[str, str]) -> str:
        """What cannot be; empty where all is well."""
        raise NotImplementedError

    def onward(self) -> None:
        """All is well: go on."""
        raise NotImplementedError

    def skipped(self, line: Input) -> bool:
        """Whether what stands in a line makes the lines below it needless."""
        del line
        return False

    def keys(self) -> str:
        """What the keys do."""
        return _("↑↓ lines · Enter next · Esc back")

    def body(self) -> ComposeResult:
        """The lines, each below its name."""
        for one in self.asked():
            yield Static(content((fit(one.text, 64).rstrip(), "$ink-muted")), markup=False)
            yield Field(
                self.guide.said.get(one.key, ""),
                placeholder=one.likely,
                password=one.secret,
                name=one.key,
                compact=True,
                select_on_focus=False,
            )

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        """From the last line Enter leads on, and from one that makes those below it needless."""
        fields = list(self.query(Field))
        if event.input is not fields[-1] and not self.skipped(event.input):
            self.focus_next(Field)
            return
        said = {one.key: self._said(one) for one in self.asked()}
        if found := self.wrong(said):
            self.complain(found)
            return
        self.complain("")
        self.guide.said |= said
        self.onward()

    def _said(self, one: Asked) -> str:
        field = next(field for field in self.query(Field) if field.name == one.key)
        return field.value if one.secret else field.value.strip() or field.placeholder
