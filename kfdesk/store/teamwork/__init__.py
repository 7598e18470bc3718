"""Who takes part in a ticket beside who has it."""
