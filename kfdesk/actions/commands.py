"""What does an action without the console: a command of `kfdesk`, and for many tickets a deed.

`N` stands for a number, `FIRST` for the first word that follows it, `TEXT` for all others as one,
`WORDS` as several. What only moves, shows or asks something on the screen is named in `SCREEN`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Way:
    """The words of a command for one number; behind `bulk`, of what is done to many as one.

    `also` is what comes behind it where more is said. What is `alone` takes one number: others
    that follow it are what is said.
    """

    one: str
    many: str = ""
    also: str = ""
    alone: bool = False

    @property
    def numbered(self) -> bool:
        """Whether it is about a ticket, or whatever else has a number."""
        return "N" in self.one.split()

    @property
    def takes(self) -> bool:
        """Whether something has to follow."""
        return any(word in self.one for word in ("FIRST", "TEXT", "WORDS"))


COMMANDS: Mapping[str, Way] = {
    "ticket.open": Way("show N"),
    "ticket.why": Way("why N"),
    "ticket.similar": Way("similar N"),
    "ticket.number": Way("show N"),
    "ticket.reply": Way("reply N --body TEXT", "reply TEXT"),
    "ticket.reply_all": Way("reply N --all --body TEXT"),
    "ticket.forward": Way("forward N --to FIRST", also="--body TEXT"),
    "ticket.note": Way("note N --body TEXT", "note TEXT"),
    "ticket.assign": Way("assign N TEXT", "assign TEXT"),
    "ticket.transfer": Way("assign N FIRST", also="--note TEXT"),
    "ticket.back": Way("assign N back", "assign back"),
    "ticket.follow": Way("follow N"),
    "ticket.collaborator": Way("collaborator N add TEXT"),
    "ticket.side": Way("side N --to FIRST", also="--subject TEXT"),
    "side.close": Way("side N close TEXT"),
    "ticket.status": Way("set N status=TEXT", "set status=TEXT"),
    "ticket.priority": Way("set N priority=TEXT", "set priority=TEXT"),
    "ticket.tags": Way("bulk --yes --numbers N -- tag TEXT", "tag TEXT"),
    "ticket.snooze": Way("bulk --yes --numbers N -- snooze TEXT", "snooze TEXT"),
    "ticket.macro": Way("macro N TEXT", "macro TEXT"),
    "ticket.article": Way("kb insert N TEXT"),
    "ticket.new": Way("new WORDS"),
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
    "ticket.unmerge": Way("unmerge N", also="--move TEXT", alone=True),
    "ticket.delete": Way("delete N", "delete"),
    "ticket.restore": Way("restore-ticket N"),
    "change.undo": Way("undo N"),
    "change.redo": Way("redo N"),
    "queue.bulk": Way("bulk --yes --numbers N -- WORDS", "WORDS"),
    "queue.filter": Way("list TEXT"),
    "view.show": Way("list --view TEXT"),
    "search.show": Way("search TEXT"),
    "message.move": Way("move N TEXT"),
    "message.split": Way("split N --message FIRST", also="--subject TEXT", alone=True),
    "message.open": Way("attachment N", also="--to TEXT"),
    "message.source": Way("source N"),
    "compose.send": Way("reply N --body TEXT", "reply TEXT"),
    "compose.solve": Way("reply N --status solved --body TEXT"),
    "compose.force": Way("reply N --force --body TEXT"),
    "compose.preview": Way("reply N --preview --body TEXT"),
    "compose.view": Way("reply N --preview --body TEXT"),
    "compose.canned": Way("reply N --canned TEXT"),
    "compose.article": Way("kb insert N TEXT"),
    "compose.macro": Way("macro N TEXT", "macro TEXT"),
    "compose.keep": Way("replies save FIRST --body TEXT"),
    "customer.card": Way("customers show TEXT"),
    "card.edit": Way("customers set FIRST WORDS"),
    "card.ticket": Way("new WORDS"),
    "card.merge": Way("customers merge FIRST TEXT"),
    "card.unmerge": Way("customers unmerge TEXT"),
    "card.dismiss": Way("customers dismiss FIRST TEXT"),
    "call.open": Way("customers show TEXT"),
    "call.ticket": Way("new WORDS"),
    "outbox.confirm": Way("outbox --sent N"),
    "outbox.retry": Way("outbox --retry N"),
    "outbox.cancel": Way("outbox --cancel N"),
    "outbox.preview": Way("outbox --show N"),
    "quarantine.release": Way("release N"),
    "quarantine.spam": Way("spam N", "spam"),
    "quarantine.source": Way("source N"),
    "article.page": Way("kb show TEXT"),
    "article.insert": Way("kb insert N TEXT"),
    "article.link": Way("kb insert --link N TEXT"),
    "article.new": Way("kb new TEXT"),
    "article.gaps": Way("kb gaps"),
    "log.undo": Way("undo --operation TEXT"),
    "channel.sync": Way("sync TEXT"),
    "channel.outbox": Way("outbox"),
    "channel.page": Way("channels"),
    "go.outbox": Way("outbox"),
    "go.quarantine": Way("quarantine"),
    "go.articles": Way("kb list"),
    "go.channels": Way("channels"),
    "go.log": Way("log", also="WORDS"),
    "go.notices": Way("notices"),
    "board.show": Way("board"),
    "report.show": Way("report TEXT"),
    "report.own": Way("report TEXT"),
    "report.measure": Way("report --measure TEXT"),
    "rules.show": Way("rules list"),
    "rules.test": Way("rules test"),
    "errors.show": Way("rules check"),
    "console.sync": Way("sync"),
    "agent.away": Way("away", also="--until TEXT"),
}
#: What is of use on the screen alone: where one is there, what it shows, what one types in it.
_SCREEN = """
ticket.copy ticket.next ticket.previous message.copy message.unfold message.next
message.previous link.copy conversation.unfold conversation.find conversation.steps
conversation.next conversation.previous find.next find.previous
queue.sort queue.group queue.unread queue.unread_before queue.mark queue.range queue.all
view.next view.previous view.go view.pane view.choose
compose.review compose.leave compose.attach compose.editor compose.account compose.spelling
compose.tall compose.recipients compose.next compose.solve_next compose.edit
compose.attach_more compose.abort
move.down move.up move.page_down move.page_up move.half_down move.half_up move.first move.last
pane.next pane.previous pane.facts pane.grow pane.shrink pane.conversation pane.queue
open.next open.previous open.close place.back place.forward
sheet.open sheet.find confirm.yes confirm.no why.unfold why.next why.previous log.page
article.edit board.left board.right board.wall report.by report.since rules.edit
call.dismiss call.take change.repeat
console.command console.palette console.help console.suspend console.theme console.language
console.back console.close console.quit tour.begin tour.next tour.back
"""
SCREEN = frozenset(_SCREEN.split())
