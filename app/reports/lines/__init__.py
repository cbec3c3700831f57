"""The lines that count: what a distributor sold to a reseller, each pointing to the report and row it came from."""
