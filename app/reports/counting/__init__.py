"""From a report's bytes to figures: staged, placed, counted, in one transaction."""
