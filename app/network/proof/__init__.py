"""From a row of the cube to the lines that it is the sum of."""
