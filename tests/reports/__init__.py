"""What is measured, and how the desk stands."""
