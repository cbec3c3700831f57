"""Deciding about many enrolments at once."""
