"""What time brings: SLA clocks, the epochs of schedules, and how far time was swept."""
