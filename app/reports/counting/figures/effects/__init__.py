"""What counting a report changed in the figures."""
