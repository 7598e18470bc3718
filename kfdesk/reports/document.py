"""docs/reports.md, made of the measures: `python -m kfdesk.reports.document docs/reports.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from kfdesk.reports.measures import DIMENSIONS, MEASURES

_HEAD = """\
# Reports

<!-- Made by `python -m kfdesk.reports.document` from kfdesk/reports/measures.py: do not edit. -->

`kfdesk report` lists what can be measured, `kfdesk report NAME` prints a report of the
configuration, and without one:

```
kfdesk report --measure created --by week,team --where 'channel:email' --since 12w
kfdesk report --measure first_response --by agent --since 30d --csv
```

`--json` prints one object a line: a key for each of `--by`, `measure`, `value`, `n`, and
`nine_in_ten` for times. In the console `g p` shows the same; `m`, `b` and `s` choose what is
measured, by what and since when, `/` takes a query. What is asked for again and again stands in
the configuration:

```toml
[[report]]
name = "complaints"
measure = "created"
by = ["week", "category"]
where = "category:投诉/*"
since = "12w"
```

## What holds for all of them

- Tickets that are deleted, spam, or merged into others are not there: what `--where` selects is
  what `kfdesk list` with the same query would.
- `--where`, team, agent, channel, category, tags, priority and customer groups are those that a
  ticket has now, not those it had then; but where a measure says who did it, it is they.
- A ticket with several tags, or whose customer is in several groups, counts once in each; so such
  lines may add up to more than the whole.
- Days, weeks (ISO 8601, from Monday) and months are those of the desk's time zone. A length
  (`--since 30d`) begins with a whole day where it is told apart by days or longer; `hour` is the
  hour of the day, all days together.
- Times are wall time, all hours of all days, unless the measure says working time.

## What is measured

| measure | figure | what counts, and when |
| --- | --- | --- |
"""
_FIGURES = {
    "count": "how many",
    "sum": "the sum, in seconds",
    "middle": "the median, in seconds",
    "mean": "the mean",
    "share": "a share, 0 to 1",
    "level": "how many, at the end",
}


def document() -> str:
    """Return the page."""
    rows = [f"| `{one.name}` | {_FIGURES[one.how]} | {one.counts} |" for one in MEASURES]
    names = ", ".join(f"`{name}`" for name in DIMENSIONS)
    by = f"\n## By what\n\n{names}: at most one time (hour, day, week, month), and two others.\n"
    return _HEAD + "\n".join(rows) + "\n" + by


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
