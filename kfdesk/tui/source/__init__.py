"""What the console asks of the desk, and the threads that wait for the answer."""
