"""What the clock raises and clears about what waits for a decision, and about reports that could not be read."""
