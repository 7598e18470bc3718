"""What the commands do, by the ids of the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from kfdesk import i18n, labels, output
from kfdesk.actions import BY_ID
from kfdesk.actions.action import N_
from kfdesk.desk.assigning import passing, presence
from kfdesk.desk.bulk import macros
from kfdesk.desk.conversation import reply as replies
from kfdesk.desk.history import undo as histories
from kfdesk.desk.teamwork import followers, lease
from kfdesk.desk.tickets import change, show, solving, spam, spent, typed
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.linear.typing import typed as typed_text
from kfdesk.model import Change, Status
from kfdesk.store import drafts

if TYPE_CHECKING:
    from kfdesk.linear.session import Session

Verb = Callable[["Session", str], None]


# --- lists and reading


def queue(session: Session, query: str) -> None:
    """Say the tickets of a query; without one, those that are open."""
    session.listen(query or "is:open")


def view(session: Session, name: str) -> None:
    """Say the tickets of a view, or which views there are."""
    if name:
        session.listen("", view=name)
        return
    for each in session.desk.settings.views:
        output.line(f"{each.name}: {each.title or each.query}")


def messages(session: Session, quoted: str, *, whole: bool = False) -> None:
    """Read out everything that was said; with `whole`, the newest with all that it quotes."""
    found = show.show(session.desk, session.here())
    for message in found.messages[-1:] if whole else found.messages:
        for line in session.teller.message(message, quoted=whole or bool(quoted)):
            output.line(line)


def why(session: Session, _argument: str) -> None:
    """Say why the ticket is as it is."""
    from kfdesk.desk.why import why as explain
    from kfdesk.desk.why.page import page
    from kfdesk.desk.why.words import Words

    found = explain(session.desk, session.here())
    for line in page(found, Words.of(session.desk.settings), 1000):
        if text := "".join(part for part, _style in line).strip(" ─"):
            output.line(text)


# --- writing


def write(kind: str, session: Session, text: str) -> None:
    """Answer, or write a note: the text of the line, or one that is typed until a single dot."""
    number, desk, actor = session.here(), session.desk, session.actor
    found = show.show(desk, number)
    seen = found.messages[-1].id if found.messages else None
    with desk.store.read() as tx:
        draft = drafts.get(tx, number, actor.name, kind)

    def keep(written: str) -> None:
        with desk.store.write() as tx:
            drafts.put(tx, number, actor.name, kind, written, desk.clock())
            if kind == "reply" and written:
                lease.renew(tx, number, actor, session.id, desk.clock())

    written = text or typed_text(session.ask, draft, keep, desk.settings.ui.editor)
    if written is None:
        output.line(_("The draft is kept."))
        return
    keep(written)
    if kind == "reply":
        to = found.ticket.customer.name or found.ticket.customer.email
        answer = session.ask(_("Send to {to}? y or n: ").format(to=to))
        if (answer or "").strip().lower() not in ("y", "yes", "是"):
            output.line(_("Not sent. The draft is kept."))
            return
        replies.reply(desk, number, written, actor, seen=seen, drafted=True)
        said = _("Ticket {number}: the reply leaves with the next sync.").format(number=number)
    else:
        replies.note(desk, number, written, actor, drafted=True)
        said = _("Ticket {number}: the note is written.").format(number=number)
    output.line(said)


# --- changing


def solve(session: Session, _argument: str) -> None:
    """Solve the ticket."""
    session.changing(lambda desk, number: solving.solve(desk, number, session.actor))


def to_status(status: Status, session: Session, _argument: str) -> None:
    """Close or reopen."""
    wanted = Change(status=status)
    session.changing(lambda desk, number: change.change(desk, number, wanted, session.actor))


def put(field: str, session: Session, value: str) -> None:
    """Set a field to what is named."""
    if not value:
        raise UserError(_("say the new value too: {field} …").format(field=labels.field(field)))
    if field == "tag":
        value = ",".join(value.replace(",", " ").split())
    wanted = typed.parse(session.desk, [f"{field}={value}"], session.actor.name)
    session.changing(lambda desk, number: change.change(desk, number, wanted, session.actor))


def assign(session: Session, who: str) -> None:
    """Assign to somebody; what follows the name is an internal note."""
    name, _blank, note = (who or "me").partition(" ")
    session.changing(
        lambda desk, number: passing.assign(desk, number, name, session.actor, note=note)
    )


def give_back(session: Session, _argument: str) -> None:
    """Give the ticket back to whom it came from."""
    assign(session, "back")


def snooze(session: Session, until: str) -> None:
    """Put the ticket aside."""
    wanted = Change(snoozed_until=typed.snoozed(session.desk, until or "1d"))
    session.changing(lambda desk, number: change.change(desk, number, wanted, session.actor))


def macro(session: Session, name: str) -> None:
    """Do a macro; without a name, say which there are and what each would do."""
    if name:
        session.changing(lambda desk, number: macros.apply(desk, number, name, session.actor))
        return
    for one in macros.offer(session.desk, session.actor, [session.here()]):
        output.line(f"{one.macro.name}: {one.macro.shown}")
        output.line(one.preview)


def spend(session: Session, argument: str) -> None:
    """Write down work: `25m what was done`."""
    time, _blank, note = argument.partition(" ")
    length: timedelta = spent.read(time)
    spent.spend(session.desk, session.here(), length, session.actor, note)
    output.line(_("Written down: {time}").format(time=labels.length(length)))


def mark_spam(session: Session, _argument: str) -> None:
    """Call the ticket spam, or spam no longer."""
    ticket = show.show(session.desk, session.here()).ticket
    verb = spam.ham if ticket.spam else spam.spam
    session.changing(lambda desk, number: verb(desk, number, session.actor))


def follow(session: Session, _argument: str) -> None:
    """Follow the ticket, or no longer."""
    ticket = show.show(session.desk, session.here()).ticket
    does = session.actor.name in ticket.followers
    verb = followers.unfollow if does else followers.follow
    verb(session.desk, session.here(), session.actor)
    output.line(_("You follow it no longer.") if does else _("You follow it now."))


def undo(again: bool, session: Session, _argument: str) -> None:
    """Take back what was done last on the ticket one is at, else one's own last; or do it again."""
    from kfdesk.output.history import print_undone

    do = histories.redo if again else histories.undo
    done = do(session.desk, session.actor, session.at)
    print_undone(done, as_json=False, dry_run=False, again=again)


def away(session: Session, until: str) -> None:
    """Go away; who is away comes back."""
    if presence.presence(session.desk, session.actor.name).away and not until:
        presence.back(session.desk, session.actor)
        output.line(_("You are back"))
    else:
        presence.away(session.desk, session.actor, until=until)
        output.line(_("You are away: no tickets are routed to you"))


# --- the talk itself


def sync(session: Session, _argument: str) -> None:
    """Fetch and send mail once."""
    from kfdesk.desk.syncing.sync import sync as sync_once

    sync_once(session.desk.settings, clock=session.desk.clock)
    output.line(_("Synced."))
    queue(session, "")


def language(_session: Session, name: str) -> None:
    """Speak another language."""
    if (wanted := i18n.known(name)) is None:
        known = ", ".join(i18n.NAMES)
        raise UserError(
            _("there is no language “{name}”; known are: {known}").format(name=name, known=known)
        )
    i18n.use(wanted)
    output.line(i18n.NAMES[wanted])


def explain(_session: Session, _argument: str) -> None:
    """Name the commands."""
    words = {id: [word for word, of in WORDS.items() if of == id] for id in WORDS.values()}
    for id in VERBS:
        names = [*words.get(id, ()), *(BY_ID[id].aliases if id in BY_ID else ())]
        if names:
            title = BY_ID[id].title if id in BY_ID else _(_TITLES[id])
            taken = f" {BY_ID[id].argument}" if id in BY_ID and BY_ID[id].argument else ""
            output.line(f"{names[0]}{taken}: {title}")


def leave(session: Session, _argument: str) -> None:
    """End the talk."""
    session.ended = True


#: What only the linear mode has.
_TITLES = {
    "linear.more": N_("Read on in the list"),
    "linear.messages": N_("Read all that was said"),
}

VERBS: Mapping[str, Verb] = {
    "queue.filter": queue,
    "linear.more": lambda session, _argument: session.more(),
    "view.show": view,
    "ticket.open": lambda session, text: session.open(session.named(text)),
    "ticket.next": lambda session, _argument: session.beside(1),
    "ticket.previous": lambda session, _argument: session.beside(-1),
    "linear.messages": messages,
    "message.unfold": partial(messages, whole=True),
    "ticket.why": why,
    "ticket.reply": partial(write, "reply"),
    "ticket.note": partial(write, "note"),
    "ticket.solve": solve,
    "ticket.close": partial(to_status, Status.CLOSED),
    "ticket.reopen": partial(to_status, Status.OPEN),
    "ticket.assign": assign,
    "ticket.transfer": assign,
    "ticket.back": give_back,
    "ticket.status": partial(put, "status"),
    "ticket.priority": partial(put, "priority"),
    "ticket.tags": partial(put, "tag"),
    "ticket.snooze": snooze,
    "ticket.macro": macro,
    "ticket.spent": spend,
    "ticket.spam": mark_spam,
    "ticket.follow": follow,
    "change.undo": partial(undo, False),
    "change.redo": partial(undo, True),
    "agent.away": away,
    "console.sync": sync,
    "console.language": language,
    "console.help": explain,
    "console.quit": leave,
}
#: Words for what has only a key in the console, or is the same there as to look.
WORDS: Mapping[str, str] = {
    "list": "queue.filter",
    "find": "queue.filter",
    "more": "linear.more",
    "next": "ticket.next",
    "previous": "ticket.previous",
    "read": "ticket.open",
    "messages": "linear.messages",
    "quoted": "message.unfold",
}
