"""Resellers onboarded by file, with what becomes of each row."""
