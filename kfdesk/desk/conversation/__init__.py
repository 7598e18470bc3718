"""What is said on a ticket: replies and notes, the words for them, and what customers are told."""
