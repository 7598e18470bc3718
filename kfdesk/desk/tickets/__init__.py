"""What people do to a ticket: open it, change it, solve it, link it; and read it."""
