"""Releasing held rows because of what has become known since."""
