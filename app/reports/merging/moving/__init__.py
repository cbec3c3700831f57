"""What of a record moves to another, row by row, and back."""
