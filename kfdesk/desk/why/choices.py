"""How an agent was chosen, told: who, by what, and why nobody else."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from kfdesk.desk.why.paper import Line, Paper
from kfdesk.desk.why.words import Words
from kfdesk.i18n import _, pgettext
from kfdesk.text import clean_line

Decision = Mapping[str, Any]  # as `rules.decision.Decision.as_json` gives it


def choices(paper: Paper, decisions: Sequence[Decision], indent: int) -> Iterator[Line]:
    """Each decision: what came of it, the strategies that passed, every candidate."""
    for decision in decisions:
        yield from _choice(paper, decision, indent)


def _choice(paper: Paper, decision: Decision, indent: int) -> Iterator[Line]:
    words = paper.words
    mark = ("✓ ", "success") if decision["agent"] else ("· ", "warning")
    yield from paper.text(mark, (_outcome(decision, words), "strong"), indent=indent, hang=2)
    for strategy, why in decision["passed"]:
        told = _("by “{strategy}”: {why}").format(strategy=strategy, why=_passed(why, words))
        yield from paper.text((told, "muted"), indent=indent + 4, hang=2)
    rows = [
        (_marked(who, decision, words), *_candidate(who, decision, words))
        for who in decision["candidates"]
    ]
    if rows:
        most = max(10, paper.width // 4), max(10, paper.width // 2)
        yield from paper.table(rows, ("text", "muted", "muted"), indent + 2, most)


def _outcome(decision: Decision, words: Words) -> str:
    route, agent = clean_line(decision["route"]), decision["agent"]
    by = _("the route “{name}”").format(name=route) if route else _("the rule's own strategies")
    among = words.person(decision["team"]) or _("everybody")
    if agent:
        text = _("{agent} was chosen by {route} among {team}: {how}")
        how = _how(decision["strategy"])
        if decision["tie_break"]:
            how = _("{how}; of those who were equal, {tie}").format(
                how=how, tie=_how(decision["tie_break"])
            )
        return text.format(agent=words.person(agent), route=by, team=among, how=how)
    reason = {
        "too old": _("it waited for too long and is left for a person to give out"),
        "taken": _("somebody has it already"),
    }.get(decision["reason"], _("nobody was left"))
    told = _("nobody was chosen by {route} among {team}: {why}").format(
        route=by, team=among, why=reason
    )
    if decision["retry_at"]:
        at = words.moment(datetime.fromisoformat(decision["retry_at"]))
        told += _("; somebody is there again at {time}").format(time=at)
    return told


def _how(strategy: str) -> str:
    """What a strategy goes by, in words."""
    return {
        "only": _("nobody else was left"),
        "last-agent": _("had this customer last"),
        "source": _("such tickets go there"),
        "skill": _("solves such tickets best"),
        "least-open": _("has the least open work"),
        "least-today": _("was given the least today"),
        "round-robin": _("it was their turn"),
        "turn": _("it was their turn"),
    }.get(strategy, strategy)


def _passed(why: str, words: Words) -> str:
    """Why a strategy chose nobody."""
    return {
        "nobody": _("it knows nobody for this ticket"),
        "no category": _("the ticket has no category"),
    }.get(why) or _("it meant {who}, who is not among those who were left").format(
        who=words.person(why)
    )


def _marked(who: Mapping[str, Any], decision: Decision, words: Words) -> str:
    """The name of a candidate; the one who was chosen stands out."""
    return ("→ " if who["agent"] == decision["agent"] else "  ") + words.person(who["agent"])


def _candidate(who: Mapping[str, Any], decision: Decision, words: Words) -> tuple[str, str]:
    """Why this one or why not, and what was compared."""
    removed, value = who["removed_by"], who.get("value")
    reason = {
        "team": _("not in the team"),
        "excluded": _("left out by the route"),
        "gave back": _("has just given it back"),
        "off shift": _("off shift"),
        "away": _("away"),
        "full": _("at capacity"),
        "turn": _("it was not their turn"),
        "round-robin": _("it was not their turn"),
    }.get(removed, _("others came first by “{strategy}”").format(strategy=removed))
    if not removed:
        reason = _("chosen") if who["agent"] == decision["agent"] else ""
    elif removed in ("off shift", "away") and value:
        at = words.moment(datetime.fromisoformat(value))
        reason = _("{why} until {time}").format(why=reason, time=at)
    elif removed == "full":
        reason = _("{why}: holds {n}").format(why=reason, n=value)
    compared = [_compared(name, found) for name, found in who.get("values", {}).items()]
    return reason, pgettext("clauses", ", ").join(compared)


def _compared(strategy: str, value: Any) -> str:
    if strategy == "skill":
        text = _("skill {score}: solved {solved} of {had}, reopened {reopened}")
        told = text.format(**value)
        if value["satisfaction"] is not None:
            share = math.floor(value["satisfaction"] * 100)
            told += _(", satisfied {share}%").format(share=share)
        return told
    return {
        "least-open": _("open work {n}"),
        "least-today": _("given today {n}"),
    }.get(strategy, f"{strategy} {{n}}").format(n=value)
