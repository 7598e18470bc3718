"""Who gets a ticket that nobody has, and who is there to get one."""
