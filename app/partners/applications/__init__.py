"""Resellers apply to programmes, see why they may not, and withdraw."""
