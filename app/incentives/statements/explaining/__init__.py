"""How a statement explains itself: bands, steps, gates with evidence, and each line with its share."""
