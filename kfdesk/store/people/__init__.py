"""Customers and who they belong to, beyond the one row of each."""
