"""The fiscal calendar of a vendor."""
