"""What an unknown code may stand for, by similarity; a person confirms it."""
