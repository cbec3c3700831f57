"""What became of each row of a report, and why."""
