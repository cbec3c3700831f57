"""Carrying out what people decide about statements."""
