"""What keys mean where, what they come to as they are pressed, and what is said of them."""
