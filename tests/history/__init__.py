"""What was done, and taken back."""
