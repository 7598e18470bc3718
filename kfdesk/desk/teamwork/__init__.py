"""Working together on a ticket: who is at it, who follows it, who is asked and told."""
