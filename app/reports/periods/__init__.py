"""Reporting periods: what is owed when, how it stands, and which are closed."""
