"""Stock rotation: what a distributor may send back in a quarter, and asks to."""
