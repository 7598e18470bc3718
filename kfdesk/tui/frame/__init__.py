"""What holds the panes: their layout, and the lines above and below them."""
