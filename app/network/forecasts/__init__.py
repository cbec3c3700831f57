"""What the next months may bring, by what the past ones were, and how far the same methods were off on them."""
