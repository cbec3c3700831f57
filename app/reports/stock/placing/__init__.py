"""How rows of inventory reports become facts."""
