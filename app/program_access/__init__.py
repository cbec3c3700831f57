"""What programmes open to resellers, decided in one place: benefits show it, and acts that need it ask it."""
