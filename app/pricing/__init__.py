"""Products and the price book: what is sold, and at what wholesale price from which day."""
