"""What becomes of rows of inventory reports that do not count."""
