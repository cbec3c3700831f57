"""Money found: what nobody has asked for yet, with the rows behind it."""
