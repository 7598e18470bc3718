"""Read the rules of a configuration; whatever names nothing that exists is an error here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kfdesk.errors import ConfigError, ConfigErrors, Place
from kfdesk.i18n import _
from kfdesk.model import Change, Status
from kfdesk.rules import given, macros, template
from kfdesk.rules.actions import HandOver, Reply
from kfdesk.rules.assigning import routes
from kfdesk.rules.language.known import Known
from kfdesk.rules.language.tree import Or, Query
from kfdesk.rules.reading.read_actions import ActionReader
from kfdesk.rules.reading.read_query import query
from kfdesk.rules.tickets import coherence
from kfdesk.rules.timing import calendar, sla
from kfdesk.rules.timing.schedules import Every
from kfdesk.rules.triggers import BOTS, On, Rule, Ruleset
from kfdesk.settings import Bot, Schedule, Settings, Trigger

_BOTH: frozenset[On] = frozenset(("created", "updated"))
_MESSAGE: frozenset[On] = frozenset(("message",))


def load(settings: Settings) -> Ruleset:
    """Return the rules of a configuration. ConfigError says file, line, key and nearest name."""
    found, errors = read(settings)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ConfigErrors(errors)
    return found


def read(settings: Settings) -> tuple[Ruleset, list[ConfigError]]:
    """Return the rules that can be read, and what is wrong with the others."""
    known = Known.of(settings)
    calendars, errors = calendar.read(settings)
    policies, wrong = sla.read(settings, known)
    errors += wrong
    errors += coherence.check(settings, known)
    ways, wrong = routes.read(settings, known)
    errors += wrong
    reader = _Reader(settings, known, errors)
    triggers = [
        rule
        for one in (*settings.triggers, *given.triggers(settings))
        for rule in reader.trigger(one)
    ]
    bots = [rule for one in settings.bots for rule in reader.bot(one)]
    schedules = [rule for one in settings.schedules for rule in reader.schedule(one)]
    # A customer who asks for a person gets no answer by a bot first.
    bots.sort(key=lambda rule: HandOver() not in rule.do)
    for view in settings.views:
        reader.query(view.query, view.place.at("query"), rule=False)
    for report in settings.reports:
        reader.query(report.where, report.place.at("where"), rule=False)
    for group in settings.groups:
        reader.query(group.when, group.place.at("when"))
    errors += [
        ConfigError(message, settings.kb.place.at("helped"))
        for message in template.mistakes(settings.kb.helped, template.ARTICLE)
    ]
    offered, wrong = macros.read(settings, known)
    errors += wrong
    rules = (*triggers, *bots)
    return Ruleset(rules, tuple(schedules), policies, ways, calendars, offered), errors


@dataclass
class _Reader:
    """Reads one rule after another, and goes on after an error, so that all are seen at once."""

    settings: Settings
    known: Known
    errors: list[ConfigError]
    asked: set[str] = field(default_factory=set)  # words that ask for a person

    def query(
        self, text: str, place: Place, *, rule: bool = True, events: bool = False
    ) -> Query | None:
        """A query of the configuration; None where it is wrong."""
        try:
            return query(text, self.known, place, rule=rule, events=events)
        except ConfigError as error:
            self.errors.append(error)
            return None

    def actions(self, place: Place, *, last: bool = False) -> ActionReader:
        """What reads the actions of a rule."""
        return ActionReader(place, self.settings, self.known, self.errors, last=last)

    def trigger(self, written: Trigger) -> Iterator[Rule]:
        """One [[trigger]]."""
        place = written.place
        before = len(self.errors)
        when = self.query(written.when, place.at("when"), events=True)
        reader = self.actions(place)
        do = reader.actions(written.do)
        stop = reader.stop or written.stop
        if len(self.errors) > before or when is None:
            return
        if not do and not stop:
            self.errors.append(ConfigError(_("this rule does nothing: give it `do`"), place))
        on: frozenset[On] = frozenset(written.on) or _BOTH
        yield Rule(written.name, on, when, do, stop, written.always, place, group=written.group)

    def schedule(self, written: Schedule) -> Iterator[Rule]:
        """One [[schedule]]."""
        place = written.place
        before = len(self.errors)
        when = self.query(written.when, place.at("when"))
        do = self.actions(place, last=True).actions(written.do)
        if len(self.errors) > before or when is None:
            return
        if not do:
            self.errors.append(ConfigError(_("this rule does nothing: give it `do`"), place))
        yield Rule(
            written.name,
            _BOTH,
            when,
            do,
            place=place,
            kind="schedule",
            every=Every(written.every),
            repeat_after=written.repeat_after,
        )

    def bot(self, written: Bot) -> Iterator[Rule]:
        """One [[bot]]: a rule that answers, and one that hands over to a person."""
        place = written.place
        before = len(self.errors)
        own = self.query(written.when, place.at("when"), events=True)
        reader = self.actions(place)
        answer = self._answer(written, reader)
        do = reader.actions(written.do)
        words = written.handover.replace("，", ",")
        asking = None
        if words:
            guarded = f"by:customer auto:no message:{_values(words)}"
            asking = self.query(guarded, place.at("handover"), events=True)
        whole = own and self.query(_of_customers(own), place.at("when"), events=True)
        if len(self.errors) > before or whole is None or answer is None:
            return
        yield Rule(
            written.name,
            _MESSAGE,
            whole,
            (answer, *do),
            reader.stop,
            place=place,
            kind="bot",
            group=BOTS,
            times=written.times,
            handover=words,
        )
        if asking is not None and words not in self.asked:
            self.asked.add(words)
            yield Rule(
                _("{bot}: hand over to a person").format(bot=written.name),
                _MESSAGE,
                asking,
                (Change(status=Status.OPEN), HandOver()),
                place=place,
                kind="bot",
                group=BOTS,
                times=1,
                handover=words,
            )

    def _answer(self, written: Bot, reader: ActionReader) -> Reply | None:
        """What a bot answers: a template or an article, one of the two."""
        try:
            if bool(written.reply) == bool(written.article):
                message = _("a bot answers with `reply` or with `article`: write one of them")
                raise ConfigError(message, written.place)
            if written.article:
                return Reply("", reader.article("article", written.article))
            return Reply(reader.template("reply", written.reply))
        except ConfigError as error:
            self.errors.append(error)
            return None


def _values(words: str) -> str:
    """Words that commas part, as the values of a condition."""
    every = [word.strip().replace('"', " ") for word in words.split(",")]
    return ",".join(f'"{word}"' for word in every if word.strip()) or '""'


def _of_customers(own: Query) -> str:
    """A bot's condition, and what goes without saying: it answers people, not robots."""
    named = {node.field.name for node in own.terms()}
    said = "".join(
        f"{guard} " for guard in ("by:customer", "auto:no") if guard.split(":")[0] not in named
    )
    return f"{said}({own.text})" if isinstance(own.where, Or) else f"{said}{own.text}".strip()
