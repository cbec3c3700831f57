"""What each side of a business plan is to do, and does."""
