"""Special prices: granted and ended by the vendor, read by the distributor that they were granted to."""
