"""Rules tried on the past: it goes through them again, on a copy, by the clock of then."""

from kfdesk.desk.replay.report import Difference, Replay, RuleCount
from kfdesk.desk.replay.trying import replay

__all__ = ["Difference", "Replay", "RuleCount", "replay"]
