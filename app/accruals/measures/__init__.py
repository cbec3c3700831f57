"""What an incentive's rule measures."""
