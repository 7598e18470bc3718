"""Who gets a ticket: who is away, who has how much, who waits for somebody."""
