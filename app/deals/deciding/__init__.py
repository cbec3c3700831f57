"""What becomes of deals: what the vendor decides, and what the clock brings."""
