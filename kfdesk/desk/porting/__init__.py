"""Whole desks on their way in and out: exports of other desks, and of this one."""
