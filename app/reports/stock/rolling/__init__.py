"""Rolling stock forward: what should lie there by what was counted before, and how far the counts are off it."""
