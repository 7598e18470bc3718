"""Conditions of the query language as SQL: of lists, of the waves of rules, of schedules."""
