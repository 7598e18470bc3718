"""What lies over the whole screen until it is closed."""
