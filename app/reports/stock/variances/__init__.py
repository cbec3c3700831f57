"""Counts that are further off than tolerated from what was expected."""
