"""RFC 5322 as pure functions over bytes: read, cut quotes, spot robots, compose, thread keys."""
