"""Who gets a ticket that nobody has: routes, and the choice that they make."""
