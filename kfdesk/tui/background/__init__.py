"""What goes on behind the picture: the store is looked at, mail synced, notices told."""
