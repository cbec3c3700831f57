"""Pages of lists, each of several parents at once."""
