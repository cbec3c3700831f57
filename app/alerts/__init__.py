"""Alerts: what somebody should act on, raised once, told to those whom it concerns, and settled by each side."""
