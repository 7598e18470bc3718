"""What does an action without the console: a command of `kfdesk`, and for many tickets a deed.

`N` stands for a number, `TEXT` for what follows it as one word, `WORDS` as several. What is not
here only moves or shows something on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Way:
    """The words of a command for one number; behind `bulk`, of what is done to many as one."""

    one: str
    many: str = ""

    @property
    def numbered(self) -> bool:
        """Whether it is about a ticket, or whatever else has a number."""
        return "N" in self.one.split()

    @property
    def takes(self) -> bool:
        """Whether something has to follow."""
        return "TEXT" in self.one or "WORDS" in self.one


COMMANDS: Mapping[str, Way] = {
    "ticket.open": Way("show N"),
    "ticket.why": Way("why N"),
    "ticket.similar": Way("similar N"),
    "ticket.reply": Way("reply N --body TEXT", "reply TEXT"),
    "ticket.reply_all": Way("reply N --all --body TEXT"),
    "ticket.note": Way("note N --body TEXT", "note TEXT"),
    "ticket.assign": Way("assign N TEXT", "assign TEXT"),
    "ticket.back": Way("assign N back", "assign back"),
    "ticket.follow": Way("follow N"),
    "ticket.collaborator": Way("collaborator N add TEXT"),
    "ticket.status": Way("set N status=TEXT", "set status=TEXT"),
    "ticket.priority": Way("set N priority=TEXT", "set priority=TEXT"),
    "ticket.tags": Way("bulk --yes --numbers N -- tag TEXT", "tag TEXT"),
    "ticket.snooze": Way("bulk --yes --numbers N -- snooze TEXT", "snooze TEXT"),
    "ticket.macro": Way("macro N TEXT", "macro TEXT"),
    "ticket.fields": Way("set N WORDS", "set WORDS"),
    "ticket.solve": Way("solve N", "solve"),
    "ticket.close": Way("set N status=closed", "close"),
    "ticket.reopen": Way("set N status=open", "reopen"),
    "ticket.spent": Way("spent N TEXT"),
    "ticket.spam": Way("spam N", "spam"),
    "ticket.release": Way("release N"),
    "ticket.link": Way("link N WORDS"),
    "ticket.unlink": Way("unlink N TEXT"),
    "ticket.merge": Way("merge N TEXT", "merge TEXT"),
    "ticket.delete": Way("delete N", "delete"),
    "ticket.restore": Way("restore-ticket N"),
    "change.undo": Way("undo N"),
    "change.redo": Way("redo N"),
    "queue.bulk": Way("bulk --yes --numbers N -- WORDS", "WORDS"),
    "queue.filter": Way("list TEXT"),
    "search.show": Way("search TEXT"),
    "message.move": Way("move N TEXT"),
    "outbox.confirm": Way("outbox --sent N"),
    "outbox.retry": Way("outbox --retry N"),
    "outbox.cancel": Way("outbox --cancel N"),
    "quarantine.release": Way("release N"),
    "quarantine.spam": Way("spam N", "spam"),
    "go.outbox": Way("outbox"),
    "go.quarantine": Way("quarantine"),
    "go.log": Way("log"),
    "go.notices": Way("notices"),
    "board.show": Way("board"),
    "report.show": Way("report TEXT"),
    "rules.show": Way("rules list"),
    "rules.test": Way("rules test"),
    "errors.show": Way("rules check"),
    "console.sync": Way("sync"),
}
