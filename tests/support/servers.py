"""Real mail servers on loopback, for tests, crash tests and benchmarks."""

from tests.support.dovecot import CHINESE_PASSWORD, PASSWORD, Dovecot
from tests.support.net import Missing
from tests.support.smtpd import Received, Smtp

__all__ = ["CHINESE_PASSWORD", "PASSWORD", "Dovecot", "Missing", "Received", "Smtp"]
