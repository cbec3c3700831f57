"""Documents about partners: handed in by the partner, looked at by the vendor."""
