"""Tests of the generators: what is measured is what it is said to be."""
