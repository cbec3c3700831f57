"""Sell-out: what resellers sold to end customers, handed in and read by themselves."""
