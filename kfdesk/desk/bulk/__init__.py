"""One deed to one ticket or to ten thousand: read, told before it is done, done; and macros."""
