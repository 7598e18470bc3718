"""Working time, and what is promised or done by it: calendars, SLA policies, schedules."""
