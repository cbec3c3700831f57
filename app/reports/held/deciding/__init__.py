"""Carrying out what people decided about held rows."""
