"""What holds of every decision, whatever agents, tickets and strategies there are."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from kfdesk.rules.assigning.choosing import STRATEGIES, decide
from kfdesk.rules.assigning.decision import Candidate, Decision, Skill, Wanted
from kfdesk.rules.assigning.routes import Route, Source
from kfdesk.rules.language.tree import Query

NAMES = ("anna", "bert", "carl", "dora", "emil")
EMPTY = Query("", None)

names = st.sampled_from(NAMES)
maybe = st.sampled_from(("", *NAMES))
teams = st.sampled_from(("", "refunds", "tech"))
small = st.integers(0, 5)
skills = st.builds(
    lambda had, solved, back: Skill(had + solved + back, solved + back, back), small, small, small
)
wants = st.builds(
    Wanted,
    teams,
    st.integers(1, 4),
    st.sampled_from(("", "a")),
    maybe,
    maybe,
    st.none() | st.builds(Source, st.just(EMPTY), maybe, teams),
    st.dictionaries(names, skills),
)
orders = st.lists(st.sampled_from(sorted(STRATEGIES)), unique=True).map(tuple)


@st.composite
def staff(draw: st.DrawFn) -> list[Candidate]:
    """Agents in any state."""
    return [
        Candidate(
            name,
            frozenset(draw(st.sets(st.sampled_from(("refunds", "tech"))))),
            draw(st.integers(0, 4)),
            draw(st.booleans()),
            draw(st.booleans()),
            None,
            draw(small),
            draw(small),
            draw(small),
        )
        for name in NAMES[: draw(st.integers(0, 5))]
    ]


def route(strategies: tuple[str, ...], exclude: frozenset[str] = frozenset()) -> Route:
    """A route of these strategies."""
    return Route("r", EMPTY, strategies, exclude=exclude, skill_from=3)


def fit(one: Candidate, wanted: Wanted, excluded: frozenset[str]) -> bool:
    """Whether every filter lets an agent pass."""
    return (
        (not wanted.team or wanted.team in one.teams)
        and one.agent not in excluded
        and one.agent != wanted.gave_back
        and one.on_shift
        and not one.away
        and not (one.capacity and one.open >= one.capacity)
    )


def check(decision: Decision, candidates: list[Candidate]) -> None:
    """Every candidate is accounted for: removed by something, or the one who got it."""
    removed = {row["agent"]: row["removed_by"] for row in decision.candidates}
    assert list(removed) == [one.agent for one in candidates]
    assert [name for name, by in removed.items() if not by] == [decision.agent] * bool(
        decision.agent
    )


@given(staff(), wants, orders, st.frozensets(names), maybe)
def test_nobody_whom_a_filter_removed_is_chosen_and_somebody_is_where_one_is_left(
    candidates: list[Candidate],
    wanted: Wanted,
    strategies: tuple[str, ...],
    excluded: frozenset[str],
    turn: str,
) -> None:
    decision = decide(route(strategies, excluded), candidates, wanted, turn)
    eligible = [one.agent for one in candidates if fit(one, wanted, excluded)]
    assert decision.agent in (eligible or [""])
    check(decision, candidates)


@given(staff(), wants, orders, maybe)
def test_the_same_question_has_the_same_answer(
    candidates: list[Candidate], wanted: Wanted, strategies: tuple[str, ...], turn: str
) -> None:
    way = route(strategies)
    assert decide(way, candidates, wanted, turn) == decide(way, candidates, wanted, turn)


@given(st.integers(1, 5), st.integers(0, 40), maybe)
def test_shares_in_turn_differ_by_at_most_one_where_all_are_there(
    agents: int, tickets: int, turn: str
) -> None:
    candidates = [Candidate(name) for name in NAMES[:agents]]
    counts = Counter({one.agent: 0 for one in candidates})
    for _n in range(tickets):
        turn = decide(route(("round-robin",)), candidates, Wanted(), turn).agent
        counts[turn] += 1
    assert max(counts.values()) - min(counts.values()) <= 1


@given(st.integers(1, 5), st.lists(st.integers(1, 4), max_size=40))
def test_loads_differ_by_at_most_one_ticket_by_least_open(agents: int, weights: list[int]) -> None:
    candidates = [Candidate(name) for name in NAMES[:agents]]
    turn = ""
    for weight in weights:
        turn = decide(route(("least-open",)), candidates, Wanted(weight=weight), turn).agent
        next(one for one in candidates if one.agent == turn).give(weight)
    loads = [one.open_weight for one in candidates]
    assert max(loads) - min(loads) <= 4


def test_a_lucky_few_are_not_better_than_a_good_many() -> None:
    assert Skill(1, 1).score < Skill(100, 95).score
    assert Skill(20, 20, 0, 1, 1.0).score < Skill(20, 20, 0, 20, 19.0).score


def test_agents_less_than_a_hundredth_apart_are_equal() -> None:
    assert Skill(1000, 900).score == Skill(1001, 900).score
