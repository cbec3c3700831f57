"""Which resellers a scope counts alone, where it counts some."""
