"""Deductions: what a distributor took itself, and what it belongs to."""
