"""Letters: to whom, by which channel, with what; and the composer that writes them."""
