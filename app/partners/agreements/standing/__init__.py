"""Where a distributor stands by volume: the present period, and those that are over."""
