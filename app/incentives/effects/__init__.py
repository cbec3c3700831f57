"""What reports and aliases change in what incentives have earned."""
