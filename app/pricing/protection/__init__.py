"""Price protection: what a distributor is credited for stock on hand when a price changes."""
