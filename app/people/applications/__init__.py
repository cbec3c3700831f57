"""Firms that apply for a programme: the links that a vendor publishes, and what it decides."""
