"""What follows from a missed volume commitment, as the vendor's finance decides it."""
