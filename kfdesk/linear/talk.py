"""The talk: a prompt, a command, its answer; between prompts what is new and urgent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kfdesk import output
from kfdesk.actions import find
from kfdesk.desk.teamwork import lease
from kfdesk.errors import KfdeskError, QueryError, UserError
from kfdesk.i18n import _
from kfdesk.linear.session import Session
from kfdesk.linear.verbs import VERBS, WORDS, queue
from kfdesk.rules.language.query import point


def talk(session: Session) -> None:
    """Take commands until there are no more."""
    output.line(
        _("{desk}. You are {name}. “help” names the commands.").format(
            desk=session.desk.settings.desk.name, name=session.teller.title(session.actor.name)
        )
    )
    _try(lambda: queue(session, ""))
    while not session.ended:
        _try(session.announce)
        where = f"{session.at}" if session.at is not None else "kfdesk"
        line = session.ask(f"{where}> ")
        if line is None:
            break
        if line.strip():
            _try(partial(do, session, line.strip()))
    lease.attend(session.desk, session.actor, session.id, None, writing=False)


def do(session: Session, text: str) -> None:
    """Do one command; a number opens that line of the list."""
    word, _blank, argument = text.removeprefix(":").partition(" ")
    if word.lstrip("#").isdigit():
        word, argument = "open", word
    id = WORDS.get(word) or find(word, "help").id
    if (verb := VERBS.get(id)) is None:
        raise UserError(
            _("“{word}” is only in the console; kfdesk --help lists its command").format(word=word)
        )
    verb(session, argument.strip())


def _try(work: Callable[[], None]) -> None:
    """Do it; a failure is said in a sentence, and the talk goes on."""
    try:
        work()
    except QueryError as error:
        output.line(f"{point(error)}\n{error}")
    except KfdeskError as error:
        output.line(str(error))
