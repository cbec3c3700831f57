"""A vendor's own segments of resellers."""
