"""Profiles: what a trading partner's columns, segments and positions mean; proposed, previewed, saved and versioned."""
