"""Placing: what becomes of each staged row, and why."""
