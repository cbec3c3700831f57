"""Stock over the whole network: positions, how they stand to what is agreed, and what should be looked at."""
