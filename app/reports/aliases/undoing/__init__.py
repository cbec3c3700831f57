"""Undoing an alias: what it placed goes back to being held."""
