"""What distributors have in stock: counts and movements as they were reported, placed, counted and asked for."""
