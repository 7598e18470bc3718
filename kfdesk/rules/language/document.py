"""The documentation of the query language, from the table that the parser reads: docs/query.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kfdesk.rules.language.fields import FIELDS, FLAGS, SORTS, TYPES, Field, Of, Type
from kfdesk.rules.language.known import BARE, TARGETS
from kfdesk.rules.language.values import DAY_WORDS
from kfdesk.rules.template import VARIABLES

_HEAD = """\
# The query language

<!-- Written by `python -m kfdesk.rules.language.document docs/query.md`
     from `kfdesk/rules/language/fields.py`; change it there. -->

One language for the filter of the console, `kfdesk list`, views, customer groups, triggers,
schedules, bots, SLA policies and routes. The same text selects the same tickets wherever it stands.

```
退款 status:open assignee:me            words search the text; field:value; side by side means AND
channel:email,wechat -tag:vip           one of several; minus or NOT
priority>=high (team:refunds or team:"key accounts")
age>2d  idle>4h  waiting>1h             since created, a person's last act, first open question
due<30m                                 time left
created:today  created:2026-11-01..2026-11-11  updated>=2026-11-11T09:00
category:售后/*  customer.group:KA  org:"微鲸"  field.order_no:A1*  subject~"/refund|退款/i"
is:unassigned is:breached is:mine is:unread has:attachment  sort:due sort:-updated
sla:complaints  csat<3  worktime:office  link:duplicate  collaborator:partner.example  is:snoozed
```

## How it is read

- Side by side means AND, which binds stronger than `or`; `-x` and `not x` deny; parentheses group.
- A value with a blank, a comma or a parenthesis stands in quotation marks, and so does a word that
  would be read otherwise: `"or"`, `"http://example.com"`. Full-width `：（），“”` are read like
  their narrow kin.
- `field:a,b` is true if one of the values fits. `!=` denies `=`.
- `~` looks for a part of the text, or for a regular expression: `subject~"/refund|退款/i"`
  ([RE2](https://github.com/google/re2/wiki/Syntax); flags `i`, `m`, `s`; without `i` upper and
  lower case differ).
- Otherwise upper and lower case, full and half width make no difference.
- Empty is a value: `-tag:x`, `-subject~x`, `-team:x` are true of a ticket without tag, subject or
  team. `none` asks for it: `tag:none`.
- Words alone, and `text:` and `message:`, are looked for in the full-text index: whole words, each
  Chinese character a word, several in quotation marks in that order, `refund*` for any ending.
- Days are those of the desk's time zone. `worktime:office` is about the instant at which the query
  is asked, not about the ticket.
- A range has both its ends: `csat:4..5`, `created:2026-11-01..2026-11-11`, `created:..today`.
- Merged and deleted tickets are left out, unless `is:merged` or `is:deleted` asks for them.
"""

_RULES = """\
## In rules

There is no `me` and no `sort` in what runs by itself. A trigger and a bot ask about the event too;
a schedule, a policy and a route look at what a ticket is, whatever happened to it.

- `changed:status` is true if the field changed; when a ticket comes, every field counts as changed.
- `status.was:pending` and `status.now:open` compare what a changed field was before and is after.
  They take the operators of the field. A new ticket was nothing (`none`) before.
- `by:` is who did it. What a rule did is an event by `rule`, what time brought one by `system`.
- `event:sla.warning`, `event:sla.breached` and `event:woke` (a ticket that was put aside comes
  back) are what time brings, `event:side.answered` is an answer in a side conversation;
  `sla.target:` says which promise a warning or a breach is about.
- `message:` and `auto:` are about the message that came with the event, in later passes too.
- A trigger is looked at when the ticket came, when a field that it names changed, when a message
  came and it has a condition on messages or on who did what, and when time brought what it names;
  `always = true` looks at every update.
"""

_OF: dict[Of, str] = {
    "ticket": "Fields of the ticket",
    "customer": "Fields of its customer",
    "message": "What was said",
    "event": "What happened (triggers and bots only)",
    "list": "The order of a list",
}


def markdown() -> str:
    """docs/query.md."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    for of, title in _OF.items():
        if of == "event":
            yield _RULES
        yield f"## {title}"
        yield ""
        yield from _table(
            ("field", "holds", "operators", "is"),
            [_row(field) for field in FIELDS if field.of == of],
        )
        if of == "ticket":
            yield "A custom field is `field.NAME`, of the type that the configuration gives it."
            yield ""
    yield "## Types"
    yield ""
    yield from _table(
        ("type", "operators", "values"),
        [(kind.value, _code(operators), values) for kind, (operators, values) in TYPES.items()],
    )
    yield "## Words after `is:`"
    yield ""
    yield from _table(("word", "true of a ticket"), [(f"`{f.name}`", f.doc) for f in FLAGS])
    yield "## Names"
    yield ""
    for kind in ("status", "priority", "event", "by", "link"):
        yield f"- `{kind}:` {_code(tuple(BARE.names[kind]))}"
    yield f"- `sla.target:` {_code(TARGETS)}"
    yield f"- `sort:` {_code(SORTS)}, each with `-` before it for the other way round"
    yield f"- days: {_code(tuple(DAY_WORDS))}"
    yield "- agents, teams, groups, categories, channels: the configuration's, by name or title"
    yield "- policies, calendars: the configuration's, by name"
    yield ""
    yield "## Variables of templates and notes"
    yield ""
    variables = [(f"`{{{{{name}}}}}`", becomes) for name, becomes in VARIABLES.items()]
    yield from _table(("variable", "becomes"), variables)


def _row(field: Field) -> tuple[str, str, str, str]:
    names = ", ".join(f"`{name}`" for name in (field.name, *field.aliases))
    kind = "order" if field.type is Type.SORT else field.type.value
    return names, kind, _code(field.operators), field.doc


def _code(words: tuple[str, ...]) -> str:
    return " ".join(f"`{word}`" for word in words)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        cells = (cell.replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"
    yield ""


def main() -> None:
    """Write the file that is named on the command line."""
    import sys

    Path(sys.argv[1]).write_text(markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
