"""The exchange rates of a vendor."""
