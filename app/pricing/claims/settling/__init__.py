"""Settling: what the engine and people decide about claims, carried out once."""
