"""Held rows across reports, worked by code, and what people decide about them."""
