"""What undoing an alias would do."""
