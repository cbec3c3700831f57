"""Exports: any list of the graph as a file, made in the background and fetched by who asked for it."""
