"""What a ticket may be: statuses and fields of the team's own, and what its form asks for."""
