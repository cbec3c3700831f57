"""Overwriting a name in every table that its owner's records stand in."""
