"""Who belongs to a vendor's segments: asked by every list and figure that a vendor divides by them."""
