"""What the exports of other desks look like, one module each."""
