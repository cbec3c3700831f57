"""What a vendor says about prices beyond its own: recommended prices, and floors of advertised prices."""
