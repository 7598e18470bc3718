"""The first start without a configuration: a few questions in a terminal, and a desk at the end."""
