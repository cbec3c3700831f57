"""What a network sold: the cube, a reseller's purchases, and whether every rollup is the sum of its facts."""
