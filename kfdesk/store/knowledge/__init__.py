"""What the desk knows to say: articles, canned replies, and tickets that were like this one."""
