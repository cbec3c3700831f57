"""What becomes of lists of resellers that incentives count, where records are merged."""
