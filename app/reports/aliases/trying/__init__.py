"""What confirming an alias would do."""
