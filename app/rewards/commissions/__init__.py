"""Commissions: plans for agents, what is attributed to them, and what they have earned, are approved and paid."""
