"""What the clock looks for in stock."""
