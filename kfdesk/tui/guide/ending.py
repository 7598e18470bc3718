"""How the guide ends: who else answers, and what is written where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kfdesk.desk.admin.setup import PASSWORD_VARIABLE
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.tui.guide.step import Asked, Choosing, Filling


class Colleagues(Filling):
    """Who else answers."""

    def title_of(self) -> str:
        """The fourth page."""
        return _("4 of 5 · Colleagues")

    def text(self) -> str:
        """What it is for."""
        return _("Who else answers customers? Names as rules call them; more can come at any time.")

    def asked(self) -> Sequence[Asked]:
        """Their names."""
        return [Asked("colleagues", _("Names, with commas between them (empty: nobody yet)"))]

    def wrong(self, said: Mapping[str, str]) -> str:
        """Anybody may work here."""
        del said
        return ""

    def onward(self) -> None:
        """Then the end."""
        self.guide.push_screen(Writing())


class Writing(Choosing):
    """What will be written, and where."""

    def title_of(self) -> str:
        """The last page."""
        return _("5 of 5 · Write it")

    def text(self) -> str:
        """What was said, once more."""
        answers, file = self.guide.answers(), self.guide.file
        lines = [
            _("Desk: {name} ({zone}), you are {agent}").format(
                name=answers.name, zone=answers.timezone, agent=answers.agent
            ),
            _("Mailbox: {address}").format(address=answers.address or _("later")),
        ]
        if answers.colleagues:
            lines.append(_("Colleagues: {names}").format(names=", ".join(answers.colleagues)))
        if answers.address:
            lines.append(
                _("The password goes into this system's keyring.")
                if answers.keyring
                else _(
                    "There is no keyring here: the password is never written down. This session "
                    "knows it; for the next ones set {variable}."
                ).format(variable=PASSWORD_VARIABLE)
            )
        return "\n".join([*lines, "", _("It will be written to {file}").format(file=file)])

    def options(self) -> Sequence[str]:
        """Yes, or not."""
        return [_("Write it, and open the desk"), _("Leave; nothing is written")]

    def chosen(self, index: int) -> None:
        """The only moment at which anything is written."""
        if index:
            self.guide.exit(None)
            return
        try:
            self.guide.exit(self.guide.write())
        except UserError as error:
            self.complain(str(error))
