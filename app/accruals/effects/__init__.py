"""What single reports change in what incentives have earned."""
