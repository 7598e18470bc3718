"""What comes from other desks, and what goes to them."""
