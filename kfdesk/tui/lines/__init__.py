"""Line views that every screen shares: a page that scrolls, and a table with a cursor."""
