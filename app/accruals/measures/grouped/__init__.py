"""What each invoice or line has of a measure, where bands are attained by each."""
