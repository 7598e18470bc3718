"""The console in a browser: logins, sockets, processes, and a real browser."""
