"""What a text or number of the file has to look like, and the words that some keys know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from kfdesk.errors import Place

NOWHERE = Place()

# What a text or number of the file has to look like, where its type alone does not say.
Name = Annotated[str, "name"]  # one line, not empty
Email = Annotated[str, "email"]
Sender = Annotated[str, "sender"]  # an address, with or without a name
Timezone = Annotated[str, "timezone"]
Prefix = Annotated[str, "prefix"]
Sqlite = Annotated[str, "sqlite"]
Color = Annotated[str, "color"]  # "#1a2b3c"
Port = Annotated[int, "port"]
Count = Annotated[int, "count"]  # not negative
Size = Annotated[int, "size"]  # "25MB" in the file, bytes here
OnClosed = Annotated[Literal["reopen", "new"] | timedelta, "on_closed"]
Day = Annotated[date, "day"]
Every = Annotated[str, "every"]  # "hour", "15m", "day 09:00", "mon 09:00"
Target = Annotated[Mapping[str, timedelta], "target"]  # {priority: time}; one time holds for all
Names = Annotated[tuple[str, ...], "names"]  # one name, or a list of them
Steps = Annotated[tuple[str, ...], "steps"]  # of a ticket's progress; true: all of them
Warn = Annotated[float | timedelta, "warn"]  # a share of the time allowed, or a time before its end

#: The steps of a ticket that its customer can follow.
STEPS = ("received", "accepted", "team", "pending", "hold", "open", "solved", "closed")

Tls = Literal["tls", "starttls", "none"]
Language = Literal["zh", "en"]
UiLanguage = Literal["zh", "zh-TW", "en"]  # a person may also read what customers are not written
AfterSolving = Literal["next", "stay"]
Alarm = Literal["toast", "bell", "desktop", "flash", "focus"]
Way = Literal["console", "bell", "desktop", "mail"]
