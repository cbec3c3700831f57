"""Two records of one reseller become one, and may become two again."""
