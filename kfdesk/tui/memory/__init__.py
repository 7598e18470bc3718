"""Where one is and was: what an agent's console remembers, and the ways between the places."""
