"""A quarter of a vendor, a distributor or a reseller as one page: made of what the graph answers to that level alone."""
