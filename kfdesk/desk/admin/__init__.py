"""The desk as an installation: set up, tried out, examined, saved."""
