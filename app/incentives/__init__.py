"""Incentives: the rules by which a vendor pays its distributors, what they owe, and why."""
