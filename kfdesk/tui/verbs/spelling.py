"""Spelling while one writes: wrong words are underlined, and put right one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.desk.conversation.spelling import Checker, language_of, words_of
from kfdesk.i18n import _
from kfdesk.model import Direction
from kfdesk.tui.lines.content import notify
from kfdesk.tui.pickers.picker import Choice, pick

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

_LEARN = "\x00learn"


async def look(main: Main) -> None:
    """Underline what is wrong in what stands there now."""
    checker = await _checker(main)
    if checker is not None and checker.there and main.composer.display:
        words = {word for line in _lines(main) for _column, word in words_of(line)}
        main.composer.draft.mark(await main.threads.query(checker.wrong, words))


async def correct(main: Main) -> None:
    """Go to the next word that may be wrong, and choose what stands there instead."""
    checker = await _checker(main)
    if checker is None:
        notify(main.app, _("Spelling is not checked in this language"))
        return
    if not checker.there:
        notify(
            main.app,
            _("Nothing checks “{language}” here: install aspell or hunspell with it").format(
                language=checker.language
            ),
        )
        return
    await look(main)
    draft = main.composer.draft
    if (found := draft.next_wrong()) is None:
        notify(main.app, _("No misspelt word found"))
        return
    row, column, word = found
    draft.selection = type(draft.selection)((row, column), (row, column + len(word)))
    choices = [Choice(one, one) for one in checker.suggestions(word)]
    choices.append(Choice(_LEARN, _("“{word}” is spelt right").format(word=word)))
    chosen = await pick(main.app, _("Replace “{word}” with").format(word=word), choices)
    if chosen == _LEARN:
        checker.learn(word)
    elif chosen is not None:
        draft.replace(chosen, (row, column), (row, column + len(word)))
        column += len(chosen) - len(word)
    draft.move_cursor((row, column + len(word)))
    await look(main)


async def _checker(main: Main) -> Checker | None:
    """The checker of the language that is written; None for a language without one."""
    reading = main.follow.reading
    theirs = reading.ticket.customer.language if reading is not None else ""
    said = [one for one in reading.messages if one.direction is Direction.IN] if reading else []
    asked = said[-1].text[: said[-1].cut] if said else ""
    language = language_of(theirs, main.composer.text, asked)
    if not language:
        return None
    return await main.threads.query(main.checkers.of, language)


def _lines(main: Main) -> list[str]:
    return main.composer.text.split("\n")
