"""What time brings: schedules, deadlines, tickets that wake."""
