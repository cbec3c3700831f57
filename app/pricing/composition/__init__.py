"""In which units a product is traded beside its base unit, and of which other products a kit is made from which day."""
