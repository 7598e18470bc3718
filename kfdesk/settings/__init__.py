"""What a configuration says, as frozen values; `config` reads them from TOML.

Each field is a key of the TOML file under its own name, and the text below it is that key's
documentation: docs/config.md and the comments of config.example.toml are made of it. `place` says
where a table was written, so that an error found later still names file and line. Order in tuples
is the order in the file.
"""

from __future__ import annotations

from kfdesk.settings.channels import Channel, Imap, OAuth, Secret, Smtp
from kfdesk.settings.desk import Desk, StoreSettings, Ui, Web
from kfdesk.settings.kinds import (
    NOWHERE,
    STEPS,
    Color,
    Count,
    Day,
    Email,
    Every,
    Language,
    Name,
    Names,
    OnClosed,
    Port,
    Prefix,
    Sender,
    Size,
    Sqlite,
    Steps,
    Target,
    Timezone,
    Tls,
    UiLanguage,
    Warn,
    Way,
)
from kfdesk.settings.looks import OWN_THEMES, Theme
from kfdesk.settings.people import Agent, Group, Robot, Shift, Team, Tell
from kfdesk.settings.reporting import Grouped, Measured, Report
from kfdesk.settings.rules import Bot, Route, Schedule, Source, Trigger
from kfdesk.settings.tickets import Category, CustomField, Form, OwnStatus
from kfdesk.settings.timing import Calendar, Sla
from kfdesk.settings.whole import Settings
from kfdesk.settings.words import Kb, Macro, Template, View

__all__ = [
    "NOWHERE",
    "OWN_THEMES",
    "STEPS",
    "Agent",
    "Bot",
    "Calendar",
    "Category",
    "Channel",
    "Color",
    "Count",
    "CustomField",
    "Day",
    "Desk",
    "Email",
    "Every",
    "Form",
    "Group",
    "Grouped",
    "Imap",
    "Kb",
    "Language",
    "Macro",
    "Measured",
    "Name",
    "Names",
    "OAuth",
    "OnClosed",
    "OwnStatus",
    "Port",
    "Prefix",
    "Report",
    "Robot",
    "Route",
    "Schedule",
    "Secret",
    "Sender",
    "Settings",
    "Shift",
    "Size",
    "Sla",
    "Smtp",
    "Source",
    "Sqlite",
    "Steps",
    "StoreSettings",
    "Target",
    "Team",
    "Tell",
    "Template",
    "Theme",
    "Timezone",
    "Tls",
    "Trigger",
    "Ui",
    "UiLanguage",
    "View",
    "Warn",
    "Way",
    "Web",
]
