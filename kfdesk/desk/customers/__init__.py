"""What becomes of the people outside: who they are, what they belong to, all that they said."""
