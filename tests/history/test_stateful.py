"""Whatever was done, in whatever order: taken back in reverse, the desk is where it began.

KFDESK_LONG=1 makes one run of a thousand changes, too; KFDESK_SEED another one.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kfdesk.desk.assigning.passing import assign
from kfdesk.desk.bulk import deed as deeds
from kfdesk.desk.bulk import many
from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.customers.merge import merge as merge_customers
from kfdesk.desk.customers.merge import unmerge as unmerge_customers
from kfdesk.desk.history.undo import InTheWay, redo, undo
from kfdesk.desk.merging.merge import merge
from kfdesk.desk.merging.split import move, split
from kfdesk.desk.merging.unmerge import parting, unmerge
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.delete import delete, restore
from kfdesk.errors import KfdeskError
from kfdesk.model import KEEP, Change, Priority, Status
from tests.desk.office import ANNA, Office, raw
from tests.history.dump import differences, dump
from tests.teamwork.conftest import BERT

LONG = os.environ.get("KFDESK_LONG") == "1"
RULES = """
[[field]]
name = "size"
[[field]]
name = "color"

[[sla]]
name = "Standard"
first_response = "100d"
next_response = "100d"
resolve = "200d"
pause_on = ["pending"]

[[route]]
name = "Refunds"
when = "team:refunds"
team = "refunds"
strategies = ["round-robin"]

[[trigger]]
name = "Urgent"
when = "changed:priority priority:urgent"
do = [{ tag = ["hot"] }, { note = "Urgent." }, { set = { team = "refunds" } }]

[[trigger]]
name = "Solved"
when = "status.now:solved"
do = [{ reply = "ack" }, { set = { "field.size" = "done" } }]

[[trigger]]
name = "Merged or moved"
on = ["updated"]
always = true
when = "by:agent tag:follow"
do = [{ untag = ["follow"] }, { set = { category = "" } }]
"""
NUMBERS = st.integers(1, 12)
WORDS = st.sampled_from(["退款 refund", "Hello.", "cheque", "x"])
ACTORS = st.sampled_from([ANNA, BERT])
TAGS = st.lists(st.sampled_from(["a", "b", "follow"]), max_size=2, unique=True)
SENDERS = [
    "Jane <jane@customer.example>",
    "Max <max@other.example>",
    "Eve <eve@third.example>",
    "王芳 <fang@customer.example>",
]


class Desk(RuleBasedStateMachine):
    """Agents at work on a desk, and what it was before each thing that they did."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.office = Office(Path(self.folder.name), RULES)
        self.done: list[tuple[int, Any]] = []  # operations, and the desk before each
        self.came: list[tuple[int, Any]] = []  # after how many of them: the rows of a mail
        self.changes = 0

    @initialize()
    def begin(self) -> None:
        """A few tickets."""
        for n, sender in enumerate((*SENDERS, *SENDERS[:2])):
            self.office.receive(raw(f"Question {n}.\r\n", sender, Subject=f"Order {n}"))
            self.office.later(minutes=1)

    def last(self) -> int:
        """The newest operation."""
        return int(self.office.sql("SELECT coalesce(max(id), 0) FROM operation")[0][0])

    def act(self, deed: Callable[[], object]) -> None:
        """Do something that makes one operation, or is refused and makes none."""
        before, last = dump(self.office), self.last()
        try:
            deed()
        except KfdeskError:
            assert differences(before, dump(self.office)) == []
            assert self.last() == last
            return
        finally:
            self.office.later(seconds=30)
        if self.last() != last:
            self.done.append((self.last(), before))
            self.changes += 1

    # --- what agents do

    @rule(number=NUMBERS, text=WORDS, actor=ACTORS, status=st.sampled_from([None, *Status]))
    def replies(self, number: int, text: str, actor: Any, status: Status | None) -> None:
        self.act(lambda: reply(self.office.desk, number, text, actor, status=status))

    @rule(number=NUMBERS, text=WORDS, actor=ACTORS)
    def notes(self, number: int, text: str, actor: Any) -> None:
        self.act(lambda: note(self.office.desk, number, text, actor))

    @rule(
        number=NUMBERS,
        actor=ACTORS,
        status=st.sampled_from([Change().status, *Status]),
        priority=st.sampled_from([Change().priority, *Priority]),
        add=TAGS,
        remove=TAGS,
        fields=st.dictionaries(st.sampled_from(["size", "color"]), st.sampled_from(["L", None])),
    )
    def sets(
        self,
        number: int,
        actor: Any,
        status: Any,
        priority: Any,
        add: Any,
        remove: Any,
        fields: Any,
    ) -> None:
        wanted = Change(
            status=status,
            priority=priority,
            add_tags=tuple(add),
            remove_tags=tuple(remove),
            fields=fields,
        )
        self.act(lambda: change(self.office.desk, number, wanted, actor))

    @rule(
        number=NUMBERS,
        actor=ACTORS,
        who=st.sampled_from(["anna", "bert", "team:refunds", "none", "back"]),
        text=st.sampled_from(["", "please"]),
    )
    def assigns(self, number: int, actor: Any, who: str, text: str) -> None:
        self.act(lambda: assign(self.office.desk, number, who, actor, note=text))

    @rule(number=NUMBERS, actor=ACTORS, hours=st.sampled_from([None, 5, 500]))
    def snoozes(self, number: int, actor: Any, hours: int | None) -> None:
        until = None if hours is None else self.office.now + timedelta(hours=hours)
        self.act(lambda: change(self.office.desk, number, Change(snoozed_until=until), actor))

    @rule(sources=st.lists(NUMBERS, min_size=1, max_size=3), into=NUMBERS, actor=ACTORS)
    def merges(self, sources: list[int], into: int, actor: Any) -> None:
        self.act(lambda: merge(self.office.desk, sources, into, actor))

    @rule(number=NUMBERS, actor=ACTORS, share=st.sampled_from(["here", "there", "theirs"]))
    def takes_apart(self, number: int, actor: Any, share: str) -> None:
        def deed() -> None:
            asked = parting(self.office.desk, number)
            back = {
                "here": [],
                "there": [message.id for message in asked.since],
                "theirs": sorted(asked.theirs),
            }[share]
            unmerge(self.office.desk, number, actor, back)

        self.act(deed)

    @rule(number=NUMBERS, actor=ACTORS, places=st.sets(st.integers(0, 3), min_size=1))
    def splits(self, number: int, actor: Any, places: set[int]) -> None:
        ids = [m.id for n, m in enumerate(self.office.messages(number)) if n in places]
        self.act(lambda: split(self.office.desk, number, ids, actor))

    @rule(number=NUMBERS, into=NUMBERS, place=st.integers(0, 3), actor=ACTORS)
    def moves(self, number: int, into: int, place: int, actor: Any) -> None:
        ids = [message.id for message in self.office.messages(number)]
        if place < len(ids):
            self.act(lambda: move(self.office.desk, ids[place], into, actor))

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=2), actor=ACTORS)
    def deletes(self, numbers: list[int], actor: Any) -> None:
        self.act(lambda: delete(self.office.desk, numbers, actor))

    @rule(number=NUMBERS, actor=ACTORS)
    def restores(self, number: int, actor: Any) -> None:
        self.act(lambda: restore(self.office.desk, number, actor))

    @rule(
        numbers=st.lists(NUMBERS, min_size=1, max_size=6, unique=True),
        words=st.sampled_from(
            ["set priority=urgent", "solve", "tag a,-b", "assign bert", "note 是"]
        ),
        actor=ACTORS,
    )
    def does_to_many(self, numbers: list[int], words: str, actor: Any) -> None:
        def deed() -> None:
            desk = self.office.desk
            plan = many.plan(desk, deeds.parse(desk, words.split(), actor.name), numbers, actor)
            many.run(desk, plan, actor)

        self.act(deed)

    @rule(one=st.integers(0, 3), other=st.integers(0, 3), actor=ACTORS, apart=st.booleans())
    def merges_customers(self, one: int, other: int, actor: Any, apart: bool) -> None:
        who, into = (SENDERS[n].split("<")[1].rstrip(">") for n in (one, other))
        if apart:
            self.act(lambda: unmerge_customers(self.office.desk, who, actor))
        else:
            self.act(lambda: merge_customers(self.office.desk, who, into, actor))

    # --- what comes in meanwhile

    @rule(n=st.integers(0, 99))
    def a_stranger_writes(self, n: int) -> None:
        """A new ticket is nothing that stands in the way."""
        before = dump(self.office)
        place = self.office.places
        self.office.receive(
            raw(f"New {place}.\r\n", f"S{n} <s{place}@new.example>", Subject=f"New {place}")
        )
        after = dump(self.office)
        rows = {t: {k: r for k, r in after[t].items() if k not in before[t]} for t in after}
        self.came.append((len(self.done), rows))
        self.office.later(seconds=30)

    @rule(number=NUMBERS, deliver=st.booleans())
    def the_customer_goes_on(self, number: int, deliver: bool) -> None:
        """What depends on it cannot be taken back, and says so; the rest can. Then begin anew."""
        if self.changes < 15:
            return
        said = [m.message_id for m in self.office.messages(number) if m.message_id]
        if deliver:
            self.office.deliver_outbox()
        if said:
            self.office.receive(raw("And now?\r\n", answers=said[:1], Subject="Re: Order"))
        unnamed = 0
        for id, _before in reversed(self.done):
            try:
                undo(self.office.desk, ANNA, id=id)
            except InTheWay as error:
                unnamed += not error.ways
            except KfdeskError as error:
                unnamed += "left" not in str(error)
        assert not unnamed
        self.done, self.came = [], []

    @rule(actor=ACTORS)
    def takes_back_and_does_again(self, actor: Any) -> None:
        """Nothing is different for it."""
        if not self.done:
            return
        before = dump(self.office)
        undo(self.office.desk, actor, id=self.done[-1][0])
        redo(self.office.desk, actor)
        self.same(before, [])

    # --- what holds always

    @invariant()
    def the_desk_is_whole(self) -> None:
        """Nothing names what is not there; what is counted is so many."""
        assert self.office.sql("PRAGMA foreign_key_check") == []
        assert not self.office.sql(
            "SELECT id FROM ticket WHERE message_count <> "
            "(SELECT count(*) FROM message WHERE ticket_id = ticket.id)"
        )
        assert not self.office.sql(
            "SELECT id FROM message WHERE ticket_id IN "
            "(SELECT id FROM ticket WHERE merged_into IS NOT NULL)"
        )
        assert self.office.sql("PRAGMA quick_check") == [("ok",)]

    def same(self, before: Any, rows: list[Any]) -> None:
        """The desk is as before, but for what came in, and for numbers that came and went."""
        wanted, now = deepcopy(before), dump(self.office)
        for one in rows:
            for table in one:
                wanted[table] |= one[table]
        made = [
            key
            for key, row in now["ticket"].items()
            if key not in wanted["ticket"] and row["deleted_at"] is not None
        ]
        for key in made:
            del now["ticket"][key]
        if rows:
            del now["turn"], wanted["turn"]  # whose turn it is was asked by what came in
        assert differences(wanted, now) == []

    def teardown(self) -> None:
        """Take everything back, step by step."""
        try:
            for place, (id, before) in reversed(list(enumerate(self.done))):
                self.office.later(seconds=30)
                undo(self.office.desk, BERT, id=id)
                self.same(before, [rows for at, rows in self.came if at > place])
            self.the_desk_is_whole()
        finally:
            self.office.close()
            self.folder.cleanup()


TestDesk = Desk.TestCase
TestDesk.settings = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@pytest.mark.skipif(not LONG, reason="KFDESK_LONG=1 makes it: it takes minutes")
def test_a_thousand_changes_are_taken_back() -> None:
    """The same by a seed: Hypothesis has no room for so long a run. All of it is taken back."""
    chance = random.Random(int(os.environ.get("KFDESK_SEED", "1")))
    desk = Desk()
    desk.begin()
    one = chance.choice
    tags = [[], ["a"], ["b", "follow"]]
    while desk.changes < 1000:
        n, m, who = chance.randint(1, 14), chance.randint(1, 14), one([ANNA, BERT])
        acts: list[tuple[Callable[..., object], dict[str, Any]]] = [
            (desk.replies, {"number": n, "text": "Hello.", "status": one([None, *Status])}),
            (desk.notes, {"number": n, "text": "是"}),
            (
                desk.sets,
                {
                    "number": n,
                    "status": one([KEEP, *Status]),
                    "priority": one([KEEP, *Priority]),
                    "add": one(tags),
                    "remove": one(tags),
                    "fields": one([{}, {"size": "L"}, {"color": None}]),
                },
            ),
            (
                desk.assigns,
                {"number": n, "who": one(["anna", "team:refunds", "none", "back"]), "text": ""},
            ),
            (desk.snoozes, {"number": n, "hours": one([None, 5])}),
            (desk.merges, {"sources": [n], "into": m}),
            (desk.takes_apart, {"number": n, "share": one(["here", "there", "theirs"])}),
            (desk.takes_apart, {"number": m, "share": "theirs"}),
            (desk.splits, {"number": n, "places": {one([0, 1, 2])}}),
            (desk.moves, {"number": n, "into": m, "place": one([0, 1])}),
            (desk.deletes, {"numbers": [n]}),
            (desk.restores, {"number": n}),
            (desk.restores, {"number": m}),
            (
                desk.does_to_many,
                {"numbers": [n, m], "words": one(["set priority=urgent", "tag a,-b", "solve"])},
            ),
            (
                desk.merges_customers,
                {"one": n % 4, "other": m % 4, "apart": one([True, False])},
            ),
            (desk.takes_back_and_does_again, {}),
        ]
        deed, given = one(acts)
        deed(actor=who, **given)
        if chance.random() < 0.02:
            desk.a_stranger_writes(n=n)
        if chance.random() < 0.05:
            desk.the_desk_is_whole()
    sys.stdout.write(f"{desk.changes} changes, {len(desk.done)} to take back\n")
    desk.teardown()
