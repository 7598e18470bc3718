"""From what a channel brought to messages of tickets."""
