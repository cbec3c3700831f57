"""What a fund holds, and every movement of it."""
