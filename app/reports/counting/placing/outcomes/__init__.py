"""What becomes of each staged row."""
