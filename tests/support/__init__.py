"""What several rooms share in their tests: servers and scripted peers."""
