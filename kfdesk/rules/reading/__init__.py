"""The rules of a configuration, read and checked: names, conditions, actions."""
