"""What was done, row by row: operations and their images, traces, and the past read again."""
