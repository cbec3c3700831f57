"""Sell-in that was invoiced at another price than the one in force."""
