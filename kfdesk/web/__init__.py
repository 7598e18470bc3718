"""The console in a browser: textual-serve's terminal behind a login. The only room with a server.

Each page that is open has a console process of its own, which acts as the agent who logged in.
"""
