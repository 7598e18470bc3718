"""What kfdesk is measured with: generators of mail and of desks, and programs that print ratios."""
