"""Reports that were only tried out, and for how long what they said is kept."""
