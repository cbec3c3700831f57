"""Carrying out what people decide about credits for stock."""
