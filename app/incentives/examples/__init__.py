"""Worked examples: figures and what they earn, as both sides agree before an incentive is activated."""
