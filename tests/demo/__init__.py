"""Tests of the demo: what people see first."""
