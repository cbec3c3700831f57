"""What the cube's statement is made of: the facts of a slice, the price that values them, and the rate that converts."""
