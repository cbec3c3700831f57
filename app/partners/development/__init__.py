"""How a distributor's resellers develop, beside what it agreed to."""
