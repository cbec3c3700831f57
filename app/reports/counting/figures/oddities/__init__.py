"""What counting brings to light."""
