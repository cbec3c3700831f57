"""Whether a distributor's stock is as agreed."""
