"""The query language: from the text of a query to its tree, and what may stand in one."""
