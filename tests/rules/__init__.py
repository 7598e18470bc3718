"""Tests of the query language, the triggers and their explanation."""
