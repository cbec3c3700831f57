"""What a report changes in what is expected of stock, and what its counts say against it."""
