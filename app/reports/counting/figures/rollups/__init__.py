"""What a counted row is of: a product, or the components of a kit."""
