"""Credits for stock, from price changes and rotation: decided by the vendor, answered by the distributor."""
