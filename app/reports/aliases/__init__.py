"""What a distributor's own codes stand for."""
