"""Mail as pure functions over bytes."""
