"""Lines, and the figures that one transaction keeps beside them."""
